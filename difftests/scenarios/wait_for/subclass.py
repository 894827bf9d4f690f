"""A Future with an __await__ of its own is awaited by that."""
import asyncio


class Future(asyncio.Future):
    def __await__(self):
        print("mine")
        yield from super().__await__()
        return "from mine"


class Plain(asyncio.Future):
    pass


async def main():
    loop = asyncio.get_running_loop()
    for kind in (Future, Plain):
        future = kind()
        loop.call_later(1, future.set_result, "result")
        print(await asyncio.wait_for(future, 5))
        print(await asyncio.wait_for(future, 5))
        future = kind()
        try:
            await asyncio.wait_for(future, 1)
        except TimeoutError:
            print(future.cancelled())


asyncio.run(main())
