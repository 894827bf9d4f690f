"""Async generators under asyncio.run: interleaving, delegation by loop, errors, early exit and aclose."""
import asyncio

log = []


async def ticker(name, count):
    try:
        for n in range(count):
            await asyncio.sleep(0)
            yield f"{name}{n}"
    finally:
        await asyncio.sleep(0)
        log.append(f"{name} closed")


async def merged(*names):
    for name in names:
        async for item in ticker(name, 2):
            yield item


async def accumulate():
    total = 0
    while True:
        number = yield total
        if number is None:
            return
        total += number


async def failing():
    yield 1
    raise ValueError("broken")


async def collect(name, into):
    async for item in ticker(name, 3):
        into.append(item)
    return name


async def main():
    print([item async for item in merged("a", "b")], log)
    running = accumulate()
    print(await anext(running), await running.asend(5), await running.asend(6))
    try:
        await running.asend(None)
    except StopAsyncIteration as stop:
        print("ended", stop.args)
    items = []
    tasks = [asyncio.create_task(collect(name, items)) for name in "xy"]
    print([await task for task in tasks], items)
    seen = []
    try:
        async for item in failing():
            seen.append(item)
    except ValueError as error:
        print("ValueError:", error, seen)
    source = ticker("z", 100)
    async for item in source:
        if item == "z2":
            break
    print(log, await source.aclose(), log, await anext(source, "spent"))
    catching = catcher()
    print(await anext(catching), await catching.athrow(KeyError("k")), await anext(catching, "end"))


async def catcher():
    try:
        yield "ready"
    except KeyError as error:
        await asyncio.sleep(0)
        yield f"caught {error}"


asyncio.run(main())
print(log)
