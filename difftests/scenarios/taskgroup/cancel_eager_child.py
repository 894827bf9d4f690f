"""TaskGroup.cancel() by an eager child in its first step: the child itself is cancelled, too."""
# requires: 3.15
import asyncio


async def child(name, group, cancels):
    print(name, "begins")
    if cancels:
        group.cancel()
        print(name, "cancelled the group")
    try:
        await asyncio.sleep(1)
        print(name, "slept")
    except asyncio.CancelledError as error:
        print(name, repr(error))
        raise


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    async with asyncio.TaskGroup() as group:
        group.create_task(child("first", group, False))
        group.create_task(child("second", group, True))
        print("body goes on", asyncio.current_task().cancelling())
        coro = child("third", group, False)
        try:
            group.create_task(coro)
        except RuntimeError as error:
            print("refused", repr(error))
            coro.close()
        await asyncio.sleep(5)
        print("not reached")
    print("end", asyncio.current_task().cancelling(), asyncio.get_running_loop().time())


asyncio.run(main())
