"""as_completed() outside of a running loop takes the loop that was set; later it asks for the current task, and so fails (gh-156523)."""
# flag: as_completed_knows_task
import asyncio


async def use(steps):
    return [await step for step in steps]


def main():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    future = loop.create_future()
    future.set_result("result")
    try:
        print(loop.run_until_complete(use(asyncio.as_completed([future]))))
    except RuntimeError as error:
        print(error)
    asyncio.set_event_loop(None)
    loop.close()


main()
