"""gather raises the first error at once and cancels nobody; the others go on, and may be gathered again."""
import asyncio


async def child(name, delay, fails):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError as error:
        print(name, repr(error))
        raise
    print(name, "ends")
    if fails:
        raise ValueError(name)


async def main():
    loop = asyncio.get_running_loop()
    a = asyncio.create_task(child("a", 3, False))
    b = asyncio.create_task(child("b", 1, True))
    c = asyncio.create_task(child("c", 2, True))
    try:
        await asyncio.gather(a, b, c)
    except ValueError as error:
        print(repr(error), f"{loop.time():.3f}")
    print(a.done(), b.done(), c.done())
    print(repr(await asyncio.gather(a, b, c, b, return_exceptions=True)), f"{loop.time():.3f}")
    outer = asyncio.gather(asyncio.create_task(child("d", 9, False)), asyncio.create_task(child("e", 9, False)))
    loop.call_later(1, outer.cancel, "enough")
    try:
        await outer
    except asyncio.CancelledError as error:
        print(repr(error), asyncio.current_task().cancelling(), f"{loop.time():.3f}")


asyncio.run(main())
