"""With no time, and a future whose cancel() raises: that comes out, and no callback is left on it."""
import asyncio


class Future(asyncio.Future):
    def cancel(self, msg=None):
        raise ValueError("no")


async def main():
    future = Future()
    try:
        await asyncio.wait_for(future, 0)
    except ValueError as error:
        print(repr(error))
    print(future)
    future.set_result(1)
    print(await asyncio.wait_for(future, 0))


asyncio.run(main())
