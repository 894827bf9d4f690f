"""A task's outcome cannot be set from outside."""
import asyncio


async def body():
    await asyncio.sleep(1)
    return 1


async def main():
    task = asyncio.create_task(body())
    try:
        task.set_result(2)
    except RuntimeError as error:
        print(repr(error))
    try:
        task.set_exception(ValueError("x"))
    except RuntimeError as error:
        print(repr(error))
    print(await task)


asyncio.run(main())
