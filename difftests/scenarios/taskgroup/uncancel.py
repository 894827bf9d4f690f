"""A child that fails while the exit waits; the count afterwards (gh-116720)."""
import asyncio


async def fail(delay, exception):
    await asyncio.sleep(delay)
    raise exception


async def attempt(body, first):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(first, ValueError("a")))
            print("body waits", body)
            await asyncio.sleep(body)
    except BaseException as error:
        print(repr(error))
    print("count", asyncio.current_task().cancelling())


async def main():
    await attempt(0, 1)
    await attempt(2, 1)
    await attempt(0, 1)
    try:
        await asyncio.sleep(1)
        print("not cancelled")
    except asyncio.CancelledError as error:
        print(repr(error))


asyncio.run(main())
