"""A class with __await__ that delegates to a future, adds to its result, and cleans up."""
import asyncio


class Doubled:
    def __init__(self, future):
        self.future = future

    def __await__(self):
        print("waiting begins")
        try:
            value = yield from self.future.__await__()
        finally:
            print("waiting ends")
        return value * 2


async def waits(future):
    return await Doubled(future)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(1, future.set_result, 21)
    print(await Doubled(future))
    future = loop.create_future()
    loop.call_later(1, future.set_exception, ValueError("x"))
    try:
        await Doubled(future)
    except ValueError as error:
        print(repr(error))
    future = loop.create_future()
    task = asyncio.create_task(waits(future))
    await asyncio.sleep(0)
    task.cancel("stop it")
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error), future.cancelled())


asyncio.run(main())
