"""wait_for in wait_for: who speaks when both are late, and a hundred levels."""
import asyncio


async def nested(outer, inner):
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        await asyncio.wait_for(asyncio.wait_for(asyncio.sleep(5), inner), outer)
    except TimeoutError as error:
        print(repr(error.__cause__), repr(error.__cause__.__context__), f"{loop.time() - start:.3f}")
    print(asyncio.current_task().cancelling())


async def main():
    await nested(1, 3)
    await nested(3, 1)
    await nested(1, 1)
    await nested(0, 1)
    await nested(1, 0)
    await nested(0, 0)
    await nested(None, 1)
    deep = asyncio.sleep(1, "deep")
    for _ in range(100):
        deep = asyncio.wait_for(deep, 5)
    print(await deep)
    deep = asyncio.sleep(5)
    for _ in range(100):
        deep = asyncio.wait_for(deep, 1)
    try:
        await deep
    except TimeoutError as error:
        print(repr(error))
    print(asyncio.current_task().cancelling())


asyncio.run(main())
