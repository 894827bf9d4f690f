"""Cancelling the shield leaves the inner task alone."""
import asyncio


async def child():
    await asyncio.sleep(2)
    print("child ends")
    return "result"


async def main():
    task = asyncio.create_task(child())
    outer = asyncio.shield(task)
    await asyncio.sleep(1)
    print(outer.cancel("mine"), outer.cancelled(), task.cancelling(), task.done())
    try:
        await outer
    except asyncio.CancelledError as error:
        print(error.args)
    print(await task)


asyncio.run(main())
