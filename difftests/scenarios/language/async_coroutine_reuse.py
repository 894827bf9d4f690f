"""Awaiting twice, awaiting what is awaited elsewhere, and coroutines stored and passed around."""
import asyncio


async def value(n):
    await asyncio.sleep(0)
    return n


async def forward(awaitable):
    return await awaitable


async def outcome(awaitable):
    try:
        return await awaitable
    except Exception as error:
        return error


async def main():
    coro = value(1)
    print(await coro)
    for _ in range(2):
        try:
            await coro
        except RuntimeError as error:
            print("RuntimeError:", error)
    stored = [value(n) for n in range(3)]
    print([await one for one in reversed(stored)])
    print(await forward(forward(forward(value("deep")))), await (lambda: value("lambda"))(),
          await (await later()))
    task = asyncio.create_task(value("task"))
    print(await task, await task, await forward(task), task.result())
    shared = value("shared")
    first = asyncio.create_task(forward(shared))
    second = asyncio.create_task(forward(shared))
    results = [await outcome(first), await outcome(second)]
    print([result if isinstance(result, str) else f"{type(result).__name__}: {result}" for result in results])
    closed = value("closed")
    closed.close()
    try:
        await closed
    except RuntimeError as error:
        print("RuntimeError:", error)
    table = {"add": lambda a, b: value(a + b), "pair": pair}
    print(await table["add"](1, 2), await table["pair"](*"ab"), await Holder().method(5),
          await Holder.make(6))
    print(value.__name__, type(value).__name__)


async def later():
    return value("later")


async def pair(a, b, *, sep="-"):
    return a + sep + b


class Holder:
    async def method(self, n):
        return await value(n) + 1

    @classmethod
    async def make(cls, n):
        return cls.__name__, await value(n)


asyncio.run(main())
