"""A chain of 800 awaits is resumed at its innermost frame, whatever its depth; a deeper one is a RecursionError."""
import asyncio


async def down(levels, future):
    if levels == 0:
        return await future
    return await down(levels - 1, future) + 1


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(down(800, future))
    await asyncio.sleep(0)
    future.set_result(0)
    print("came back through", await task, "frames")
    try:
        await down(2000, future)
    except RecursionError:
        print("2000 are too many")


asyncio.run(main())
