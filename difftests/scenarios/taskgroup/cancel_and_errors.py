"""Errors and a cancellation from outside survive TaskGroup.cancel()."""
# requires: 3.15
import asyncio


async def fails_when_cancelled():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        raise ValueError("x")


async def lingers():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        raise


async def errors():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_when_cancelled())
            await asyncio.sleep(1)
            group.cancel()
    except* ValueError as errors:
        print(repr(errors))
    print("count", asyncio.current_task().cancelling())


async def outside():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(lingers())
            await asyncio.sleep(1)
            group.cancel()
    except asyncio.CancelledError as error:
        print("outside", repr(error))
        raise


async def main():
    await errors()
    task = asyncio.create_task(outside())
    await asyncio.sleep(1.5)
    task.cancel("outside")
    try:
        await task
    except asyncio.CancelledError as error:
        print("main", repr(error), task.cancelling())


asyncio.run(main())
