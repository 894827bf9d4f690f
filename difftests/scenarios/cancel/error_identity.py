"""A cancelled task hands out the error that left its coroutine once; later ones have no message."""
import asyncio

seen = []


async def child():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        seen.append(error)
        raise


async def main():
    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel("why")
    try:
        await task
    except asyncio.CancelledError as error:
        print("first", repr(error), error is seen[0])
    try:
        await task
    except asyncio.CancelledError as error:
        print("second", repr(error), error is seen[0])
    try:
        task.result()
    except asyncio.CancelledError as error:
        print("third", repr(error), error is seen[0])


asyncio.run(main())
