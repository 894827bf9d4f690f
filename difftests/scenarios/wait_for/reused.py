"""A coroutine that was awaited already, or is being awaited, under wait_for."""
import asyncio


async def value():
    await asyncio.sleep(1)
    return 1


async def main():
    coro = value()
    print(await asyncio.wait_for(coro, 5))
    try:
        await asyncio.wait_for(coro, 5)
    except RuntimeError as error:
        print(error)
    coro = value()
    task = asyncio.create_task(asyncio.wait_for(coro, 5))
    await asyncio.sleep(0)
    try:
        await asyncio.wait_for(coro, 5)
    except RuntimeError as error:
        print(error)
    print(await task)
    outer = asyncio.wait_for(value(), 5)
    print(await outer)
    try:
        await outer
    except RuntimeError as error:
        print(error)


asyncio.run(main())
