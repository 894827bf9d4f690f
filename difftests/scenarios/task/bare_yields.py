"""Awaitables of one's own: a bare yield is one turn; what __await__ returns is the value of the await."""
import asyncio


class Turns:
    def __init__(self, count):
        self.count = count

    def __await__(self):
        for i in range(self.count):
            sent = yield
            print("turn", i, "was sent", sent)
        return self.count * 10


class Nested:
    def __await__(self):
        first = yield from Turns(1).__await__()
        second = yield from Turns(2).__await__()
        return first + second


class Through:
    def __await__(self):
        return asyncio.sleep(1, "slept").__await__()


async def main():
    asyncio.get_running_loop().call_soon(print, "a callback between")
    print(await Turns(2))
    print(await Turns(0))
    print(await Nested())
    print(await Through(), asyncio.get_running_loop().time())


asyncio.run(main())
