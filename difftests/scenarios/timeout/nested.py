"""Nested timeouts: the inner one first, the outer one first, and both in one turn, when the outer one speaks."""
import asyncio


async def nested(outer_delay, inner_delay):
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.timeout(outer_delay) as outer:
            try:
                async with asyncio.timeout(inner_delay) as inner:
                    await asyncio.sleep(10)
            except TimeoutError as error:
                print("inner raised", repr(error.__cause__), outer, inner)
                await asyncio.sleep(10)
    except TimeoutError as error:
        print("outer raised", repr(error.__cause__))
    print(outer, inner, asyncio.current_task().cancelling(), f"{loop.time() - start:.3f}")


async def main():
    await nested(3, 1)
    await nested(1, 3)
    await nested(1, 1)
    await nested(0, 0)
    await nested(1, 0)
    await nested(0, 1)


asyncio.run(main())
