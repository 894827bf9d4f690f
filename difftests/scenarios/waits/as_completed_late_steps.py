"""The time is over, and a future is done in the same turn, before any step was asked: each step says that it is over."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    first, second, third = (loop.create_future() for _ in range(3))
    loop.call_at(loop.time() + 1, first.set_result, "first")
    steps = iter(asyncio.as_completed([first, second, third], timeout=1))
    kept = [next(steps)]
    await asyncio.sleep(3)
    second.set_result("second")
    await asyncio.sleep(0)
    for step in kept + list(steps):
        try:
            print(await step)
        except asyncio.TimeoutError as error:
            print(repr(error))
    print(first.result(), third)


asyncio.run(main())
