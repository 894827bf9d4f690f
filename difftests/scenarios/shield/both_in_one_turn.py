"""Outer and inner future end in the same turn, in either order."""
import asyncio


async def attempt(first):
    loop = asyncio.get_running_loop()
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    steps = [lambda: outer.cancel("m"), lambda: inner.set_result("r")]
    for step in steps if first == "outer" else steps[::-1]:
        step()
    for _ in range(3):
        await asyncio.sleep(0)
        print(first, outer.done(), outer.cancelled(), inner.result())


async def main():
    await attempt("outer")
    await attempt("inner")


asyncio.run(main())
