"""aclose() runs the finally block, which may await; closing twice, and closing one that never started."""
import asyncio


async def generator(name):
    try:
        print(name, "begins")
        yield 1
        yield 2
    finally:
        print(name, "cleans up")
        await asyncio.sleep(1)
        print(name, "is clean", asyncio.get_running_loop().time())


async def main():
    gen = generator("first")
    print(await anext(gen))
    print(await gen.aclose())
    print(await gen.aclose())
    try:
        await anext(gen)
    except StopAsyncIteration as error:
        print(repr(error))
    fresh = generator("never started")
    await fresh.aclose()
    print([item async for item in fresh])
    stubborn = ignores()
    print(await anext(stubborn))
    try:
        await stubborn.aclose()
    except RuntimeError as error:
        print(repr(error))


async def ignores():
    try:
        yield "one"
    except GeneratorExit:
        print("ignores GeneratorExit")
    yield "two"


asyncio.run(main())
