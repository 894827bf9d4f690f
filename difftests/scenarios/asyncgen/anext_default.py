"""anext with and without a default, and a class of one's own with __aiter__ and __anext__."""
import asyncio


class Countdown:
    def __init__(self, start):
        self.left = start

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left == 0:
            raise StopAsyncIteration
        await asyncio.sleep(1)
        self.left -= 1
        return self.left


async def empty():
    return
    yield


async def main():
    print(await anext(empty(), "default"))
    try:
        await anext(empty())
    except StopAsyncIteration as error:
        print(repr(error))
    countdown = Countdown(3)
    print(await anext(countdown), await anext(countdown, None))
    async for left in countdown:
        print("left", left, asyncio.get_running_loop().time())
    print(await anext(countdown, "at the end"))


asyncio.run(main())
