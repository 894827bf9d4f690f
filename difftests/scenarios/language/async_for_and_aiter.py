"""async for over user classes and async generators: else, break, continue, and bad iterables."""
import asyncio


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return self.n + 1


class Steps:
    async def __aiter__(self):
        for n in range(3):
            yield n


async def squares(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i * i


class NoNext:
    def __aiter__(self):
        return self


class Fails(Countdown):
    async def __anext__(self):
        raise LookupError("in anext")


async def main():
    async for n in Countdown(3):
        print(n, end=" ")
    else:
        print("else")
    async for n in squares(10):
        if n == 1:
            continue
        if n > 10:
            break
        print(n, end=" ")
    else:
        print("never")
    print("broke at", n)
    async for a, (b, *c) in pairs():
        print(a, b, c, end="; ")
    print()
    async for i in Countdown(2):
        async for j in squares(2):
            print((i, j), end=" ")
    print([n async for n in Steps()])
    for bad in [[1], 5, NoNext(), squares]:
        try:
            async for item in bad:
                print("never")
        except TypeError as error:
            print("TypeError")
    try:
        async for item in Fails(1):
            print("never")
    except LookupError as error:
        print("LookupError:", error)
    return await first(Countdown(5)), await first(squares(0))


async def pairs():
    yield 1, "abc"
    yield 2, [3]


async def first(source):
    async for item in source:
        return item
    return "nothing"


print(asyncio.run(main()))
