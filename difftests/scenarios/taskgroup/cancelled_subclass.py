"""Whether a subclass of CancelledError in the body is a cancellation (gh-113848)."""
import asyncio


class MyCancelled(asyncio.CancelledError):
    pass


async def child(delay):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError as error:
        print("child", repr(error))
        raise


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(1))
            await asyncio.sleep(0)
            raise MyCancelled("mine")
    except BaseException as error:
        print(repr(error))
    print(asyncio.current_task().cancelling())


asyncio.run(main())
