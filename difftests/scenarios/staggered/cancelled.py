"""A race that is cancelled cancels its tasks, with the message in later releases, which wait for them."""
import asyncio
from asyncio.staggered import staggered_race


def candidate(name, after=0):
    async def run():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            print(name, "cancelled", len(error.args))
            await asyncio.sleep(after)
            print(name, "ends")
            raise
    return run


async def attempt(delay, when, message=None):
    task = asyncio.create_task(staggered_race([candidate("a"), candidate("b"), candidate("c")], delay))
    await asyncio.sleep(when)
    print(task.cancel(message))
    try:
        await task
    except asyncio.CancelledError as error:
        print("race cancelled", error.args)
    print(task.cancelled(), task.cancelling())
    await asyncio.sleep(1)


async def main():
    for when in 0, 1, 2:
        await attempt(2, when)
        await attempt(0, when)
        await attempt(None, when)
    task = asyncio.create_task(staggered_race([candidate("never")], 1))
    task.cancel("early")
    print(await asyncio.gather(task, return_exceptions=True))
    print(len(asyncio.all_tasks()))


asyncio.run(main())
