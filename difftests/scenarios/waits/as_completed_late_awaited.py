"""as_completed with a timeout whose first future is done in the turn in which the time is over, in each order."""
import asyncio


async def collect(name, futures, before):
    loop = asyncio.get_running_loop()
    if before:
        loop.call_at(loop.time() + 1, futures[0].set_result, name)
    steps = iter(asyncio.as_completed(futures, timeout=1))
    kept = [next(steps)]
    waiting = asyncio.ensure_future(kept[0])
    await asyncio.sleep(0)
    if not before:
        loop.call_at(loop.time() + 1, futures[0].set_result, name)
    await asyncio.sleep(2)
    for step in [waiting, *steps]:
        try:
            print(name, await step)
        except asyncio.TimeoutError as error:
            print(name, repr(error))


async def main():
    loop = asyncio.get_running_loop()
    await collect("before", [loop.create_future() for _ in range(3)], True)
    await collect("after", [loop.create_future() for _ in range(3)], False)


asyncio.run(main())
