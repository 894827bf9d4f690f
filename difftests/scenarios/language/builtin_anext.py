"""anext with and without default, on async generators and on classes with __anext__."""
import asyncio


async def numbers(n):
    for i in range(n):
        yield i


class Ticker:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        self.n += 1
        if self.n > 2:
            raise StopAsyncIteration("the end")
        return f"tick {self.n}"


class Failing:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise ValueError("fails")


async def main():
    source = numbers(2)
    print(await anext(source), await anext(source, "unused"), await anext(source, "default"),
          await anext(source, None))
    try:
        await anext(source)
    except StopAsyncIteration as stop:
        print("StopAsyncIteration", stop.args)
    ticker = Ticker()
    print([await anext(ticker) for _ in range(2)])
    try:
        await anext(ticker)
    except StopAsyncIteration as stop:
        print(repr(stop))
    print(await anext(Ticker(), "not needed"), await anext(ticker, [1]))
    for default in [(), ("given",)]:
        try:
            await anext(Failing(), *default)
        except ValueError as error:
            print("ValueError:", error)
    for bad in [lambda: anext([1]), lambda: anext(5), lambda: anext(iter([])), lambda: anext()]:
        try:
            await bad()
        except TypeError:
            print("TypeError")
    waiting = anext(numbers(1))
    print(await waiting)
    first, second = numbers(3), numbers(3)
    print([await anext(s) for s in [first, second, first, first]],
          await second.asend(None) == 1)


asyncio.run(main())
