"""A task is cancelled inside of an asynchronous generator: the error comes at the generator's await."""
import asyncio


async def generator():
    try:
        yield 1
        await asyncio.sleep(10)
        yield 2
    except asyncio.CancelledError as error:
        print("generator", repr(error))
        raise
    finally:
        print("generator's finally")


async def body():
    try:
        async for item in generator():
            print("item", item)
    except asyncio.CancelledError as error:
        print("body", repr(error))
        raise


async def swallowing():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        yield "instead of the cancellation"
    yield "more"


async def other():
    return [item async for item in swallowing()]


async def main():
    for coro in (body(), other()):
        task = asyncio.create_task(coro)
        await asyncio.sleep(1)
        task.cancel("inside")
        try:
            print(await task, task.cancelling())
        except asyncio.CancelledError as error:
            print("main", repr(error))


asyncio.run(main())
