"""TaskGroup.cancel() does not exist; later it cancels the children, and the block ends without an error (gh-108951)."""
# flag: taskgroup_cancel
import asyncio


async def child():
    try:
        await asyncio.sleep(1)
        print("the child ends")
    except asyncio.CancelledError:
        print("the child is cancelled")
        raise


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        await asyncio.sleep(0)
        try:
            group.cancel()
        except AttributeError as error:
            print(error)


asyncio.run(main())
