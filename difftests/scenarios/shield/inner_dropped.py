"""A shield whose inner task nobody else holds: both live until that ends."""
import asyncio


async def child():
    await asyncio.sleep(1)
    print("child ends")
    return "result"


async def main():
    outer = asyncio.shield(child())
    outer.add_done_callback(lambda f: print("outer", f.result()))
    outer = None
    await asyncio.sleep(2)


asyncio.run(main())
