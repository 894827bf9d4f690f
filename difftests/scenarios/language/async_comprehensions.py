"""Asynchronous comprehensions: async for and await inside lists, sets, dicts and generator expressions."""
import asyncio


async def numbers(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def double(n):
    await asyncio.sleep(0)
    return n * 2


async def main():
    print([n async for n in numbers(4)], [n * n async for n in numbers(5) if n % 2],
          {n: -n async for n in numbers(2)})
    print(sorted({n // 2 async for n in numbers(5)}), [await double(n) for n in range(3)])
    print([await double(n) async for n in numbers(3) if await double(n) > 0])
    print([(a, b) async for a in numbers(2) for b in "xy"], [(a, b) for a in "pq" async for b in numbers(2)])
    print([[b async for b in numbers(a)] async for a in numbers(3)])
    print([x for x in [await double(1), 5]], [await double(x) if x else None for x in range(2)])
    lazy = (n * 10 async for n in numbers(3))
    print(type(lazy).__name__, [n async for n in lazy], [n async for n in lazy])
    awaiting = (await double(n) for n in range(3))
    print(type(awaiting).__name__, [n async for n in awaiting])
    plain = (n for n in [await double(4)])
    print(type(plain).__name__, list(plain))
    print(sum([n async for n in numbers(5)]), max([await double(n) for n in (3, 1)]),
          "-".join([str(n) async for n in numbers(3)]))
    print({await double(n): [m async for m in numbers(n)] for n in range(3)},
          f"{[n async for n in numbers(2)]}")
    n = "kept"
    total = [last := item async for item in numbers(3)]
    print(n, total, last, any([item > 1 async for item in numbers(3)]))
    try:
        [1 // item async for item in numbers(2)]
    except ZeroDivisionError:
        print("ZeroDivisionError")
    for bad in [lambda: [n for n in numbers(1)], lambda: sum(numbers(1)),
                lambda: list(n async for n in numbers(1))]:
        try:
            bad()
        except TypeError as error:
            print("TypeError:", error)
    return [value async for value in closure()]


async def closure():
    functions = [lambda: n async for n in numbers(3)]
    yield [function() for function in functions]
    yield [function() for function in [lambda n=n: n async for n in numbers(3)]]


print(asyncio.run(main()))
