"""A gather of gathers: a cancellation goes down to the leaves, and comes back one turn a level."""
import asyncio


async def leaf(name):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(name, error.args)
        raise


async def main():
    inner = asyncio.gather(leaf("a"), leaf("b"))
    outer = asyncio.gather(inner, asyncio.gather(leaf("c"), return_exceptions=True))
    await asyncio.sleep(1)
    print(outer.cancel("all"))
    try:
        await outer
    except asyncio.CancelledError as error:
        print("outer", error.args, inner.done(), inner.cancelled())
    await asyncio.sleep(1)


asyncio.run(main())
