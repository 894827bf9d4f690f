"""A task that is cancelled in the turn in which its sleep ends, before and after its wake-up."""
import asyncio


async def sleeper(name):
    try:
        print(name, await asyncio.sleep(1, "slept"))
    except asyncio.CancelledError as error:
        print(name, repr(error))


async def main():
    loop = asyncio.get_running_loop()
    before = asyncio.create_task(sleeper("before"))
    loop.call_at(1, lambda: before.cancel("timer made first"))
    await asyncio.sleep(2)
    after = asyncio.create_task(sleeper("after"))
    await asyncio.sleep(0)
    loop.call_at(3, lambda: after.cancel("timer made second"))
    await asyncio.sleep(2)
    print(before.done(), after.done())


asyncio.run(main())
