"""Closing a coroutine closes the async generator whose step it awaits; one that waits on stays busy."""
# record: not compared, when a generator that is dropped is freed is an accident
# requires: 3.13
import asyncio


async def stubborn():
    try:
        await asyncio.sleep(1)
        yield 1
    finally:
        print("cleans up")
        await asyncio.sleep(2)


async def waits(generator):
    await anext(generator)


async def main():
    generator = stubborn()
    coroutine = waits(generator)
    coroutine.send(None)
    try:
        coroutine.close()
    except RuntimeError as error:
        print(error)
    try:
        await generator.aclose()
    except RuntimeError as error:
        print(error)
    print("main ends")


asyncio.run(main())
