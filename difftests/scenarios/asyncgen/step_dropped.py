"""An awaited step of an async generator that is closed or dropped closes the generator, with anext's default too."""
# record: not compared, when a generator that is dropped is freed is an accident
# requires: 3.13
import asyncio


async def items(name):
    try:
        await asyncio.sleep(1)
        yield name
    finally:
        print(name, "ends")


async def stubborn():
    try:
        yield 1
    finally:
        await asyncio.sleep(1)


async def waits(awaitable):
    await awaitable


async def main():
    for name in ("anext", "default", "asend"):
        generator = items(name)
        kept.append(generator)
        if name == "default":
            step = anext(generator, None)
        else:
            step = anext(generator) if name == "anext" else generator.asend(None)
        coroutine = waits(step)
        coroutine.send(None)
        del step
        print(name, "is dropped")
        del coroutine
        print(name, "was dropped")
    generator = items("by hand")
    step = generator.asend(None)
    step.send(None)
    print("by hand", step.close(), step.close())
    generator = stubborn()
    await anext(generator)
    try:
        generator.aclose().close()
    except RuntimeError as error:
        print(error)


kept = []
asyncio.run(main())
