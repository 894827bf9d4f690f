"""A generator that is asked for two items at once: the second request is refused."""
import asyncio


async def generator():
    await asyncio.sleep(1)
    yield 1
    yield 2


async def ask(name, gen):
    try:
        print(name, await anext(gen))
    except RuntimeError as error:
        print(name, repr(error))


async def main():
    gen = generator()
    tasks = [asyncio.create_task(ask(name, gen)) for name in ("first", "second")]
    for task in tasks:
        await task
    await ask("third", gen)
    await gen.aclose()


asyncio.run(main())
