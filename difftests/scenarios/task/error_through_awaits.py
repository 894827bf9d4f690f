"""An exception passes coroutines and tasks on its way up: the object stays the same, causes and contexts are kept."""
import asyncio


async def raises():
    await asyncio.sleep(1)
    raise ValueError("deep")


async def translates():
    try:
        await asyncio.create_task(raises())
    except ValueError as error:
        raise LookupError("translated") from error


async def cleans_up():
    try:
        await translates()
    finally:
        await asyncio.sleep(1)
        print("cleaned up", asyncio.get_running_loop().time())


async def main():
    task = asyncio.create_task(cleans_up())
    try:
        await task
    except LookupError as error:
        print(repr(error), repr(error.__cause__), error.__cause__ is error.__context__)
        print(task.exception() is error)
    try:
        await task
    except LookupError as error:
        print("again", task.exception() is error)


asyncio.run(main())
