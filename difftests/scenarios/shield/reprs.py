"""What the two futures of a shield look like."""
import asyncio


async def main():
    inner = asyncio.get_running_loop().create_future()
    outer = asyncio.shield(inner)
    for future in (inner, outer):
        print(repr(future).count("_callback"), repr(future).split(" cb=[")[0])
    print("_clear_awaited_by_callback" in repr(inner))
    inner.set_result(1)
    print(await outer, repr(outer))


asyncio.run(main())
