"""A cancelled shield leaves its inner task alone, whose result and error nobody hears of then."""
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
    me = asyncio.current_task()
    inner = asyncio.create_task(child("a", 2, False))
    loop.call_later(1, me.cancel, "outside")
    try:
        await asyncio.shield(inner)
    except asyncio.CancelledError as error:
        print(repr(error), inner.done(), me.uncancel(), f"{loop.time():.3f}")
    print(await inner, f"{loop.time():.3f}")
    inner = asyncio.create_task(child("b", 1, True))
    outer = asyncio.shield(inner)
    try:
        await outer
    except ValueError as error:
        print(repr(error), outer.done(), error is inner.exception())
    inner = asyncio.create_task(child("c", 9, False))
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    inner.cancel("inside")
    try:
        await outer
    except asyncio.CancelledError as error:
        print(repr(error), outer.cancelled(), me.cancelling())
    print(asyncio.shield(inner) is inner)


asyncio.run(main())
