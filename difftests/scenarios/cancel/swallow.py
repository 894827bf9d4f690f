"""A task may swallow its cancellation and go on; it then ends with a result."""
import asyncio


async def stubborn():
    count = 0
    while count < 3:
        try:
            await asyncio.sleep(10)
            print("slept")
        except asyncio.CancelledError as error:
            count += 1
            print("swallowed", count, repr(error))
    return count


async def main():
    task = asyncio.create_task(stubborn())
    for i in range(4):
        await asyncio.sleep(1)
        print("cancel", task.cancel(i), "done", task.done())
    print(await task, task.cancelled(), task.cancelling())


asyncio.run(main())
