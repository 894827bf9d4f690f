"""A failed future raises the same exception object for everyone."""
import asyncio

seen = []


async def waiter(name, future):
    try:
        await future
    except ValueError as error:
        seen.append(error)
        print(name, repr(error), error is seen[0])
        raise


async def main():
    future = asyncio.get_running_loop().create_future()
    first = asyncio.create_task(waiter("first", future))
    second = asyncio.create_task(waiter("second", future))
    await asyncio.sleep(0)
    future.set_exception(ValueError("x"))
    print("exception()", repr(future.exception()))
    await asyncio.sleep(0)
    print("stored in the tasks", first.exception() is seen[0], second.exception() is seen[0])
    try:
        await first
    except ValueError as error:
        print("main", error is seen[0])


asyncio.run(main())
