"""A leaf of a tree of groups fails: its branch collapses first, then the whole tree, from the inside outwards."""
import asyncio


def stamp(*words):
    print(f"{asyncio.get_running_loop().time():.2f}", *words)


async def node(name, depth):
    try:
        if depth == 0:
            await asyncio.sleep(1 if name == "*rl" else 9)
            raise ValueError(name)
        async with asyncio.TaskGroup() as group:
            for part in ("l", "r"):
                group.create_task(node(name + part, depth - 1), name=name + part)
    except asyncio.CancelledError:
        stamp(name, "cancelled")
        await asyncio.sleep(0.5)
        stamp(name, "leaves")
        raise
    except BaseException as error:
        stamp(name, "fails with", repr(error))
        raise


async def main():
    try:
        await node("*", 2)
    except* ValueError as errors:
        print(repr(errors))


asyncio.run(main())
