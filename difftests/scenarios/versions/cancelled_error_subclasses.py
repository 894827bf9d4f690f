"""A subclass of CancelledError that leaves the body of a group is an error like others and is put into the group's; later it
counts as a cancellation (gh-113848)."""
# flag: cancelled_error_subclasses
import asyncio


class MyCancelled(asyncio.CancelledError):
    pass


async def main():
    try:
        async with asyncio.TaskGroup():
            raise MyCancelled("mine")
    except BaseException as error:
        print(repr(error))


asyncio.run(main())
