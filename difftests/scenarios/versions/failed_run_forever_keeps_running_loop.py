"""A loop that cannot be run inside of another takes the running loop away with its failure; before and after, that one stays
(gh-110771, gh-130145)."""
# flag: failed_run_forever_keeps_running_loop
import asyncio


async def main():
    other = asyncio.new_event_loop()
    try:
        other.run_forever()
    except RuntimeError as error:
        print(error)
    other.close()
    try:
        asyncio.get_running_loop()
        print("there is a running loop")
    except RuntimeError as error:
        print(error)


asyncio.run(main())
