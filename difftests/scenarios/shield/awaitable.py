"""An awaitable that is no coroutine may be shielded; it runs in a task."""
import asyncio


async def rest():
    await asyncio.sleep(2)
    return "rested"


class Nap:
    def __await__(self):
        result = yield from rest().__await__()
        print("nap is over")
        return result


async def main():
    outer = asyncio.shield(Nap())
    await asyncio.sleep(1)
    outer.cancel()
    await asyncio.sleep(2)
    print(await asyncio.shield(Nap()))


asyncio.run(main())
