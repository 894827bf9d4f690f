"""Tasks that are left when main ends are cancelled in the order of their creation, and waited for."""
import asyncio


def stamp(*words):
    print(f"{asyncio.get_running_loop().time():.1f}", *words)


async def left(name, cleanup):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError as error:
        stamp(name, repr(error))
        await asyncio.sleep(cleanup)
        stamp(name, "is clean")
        raise


async def main():
    for name, cleanup in (("a", 2), ("b", 0), ("c", 1)):
        asyncio.create_task(left(name, cleanup), name=name)
    never = asyncio.create_task(left("never started", 0))
    never.cancel()
    await asyncio.sleep(1)
    asyncio.create_task(left("made at the end", 0))
    stamp("main ends", [task.get_name() for task in asyncio.all_tasks()][1:4])


asyncio.run(main())
print("end")
