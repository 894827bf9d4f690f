"""Generators that are still open when main ends are closed by asyncio.run, in the order of their first step."""
import asyncio


async def generator(name, delay):
    try:
        while True:
            yield name
    finally:
        print(name, "is closing")
        await asyncio.sleep(delay)
        print(name, "is closed", asyncio.get_running_loop().time())


async def main(kept):
    for name, delay in (("a", 2), ("b", 0), ("c", 1), ("d", 2), ("e", 0)):
        gen = generator(name, delay)
        kept.append(gen)
        print(await anext(gen))
    kept.append(generator("never started", 0))
    print("main ends")


kept = []
asyncio.run(main(kept))
print("end")
