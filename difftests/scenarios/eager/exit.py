"""KeyboardInterrupt and SystemExit of an eager first step come out of create_task; a group does not know it."""
import asyncio


async def interrupt():
    raise KeyboardInterrupt("now")


async def leave():
    raise SystemExit(3)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    try:
        asyncio.create_task(interrupt())
        print("not reached")
    except KeyboardInterrupt as error:
        print("create_task raised", repr(error))
    async with asyncio.TaskGroup() as group:
        try:
            group.create_task(leave())
            print("not reached")
        except SystemExit as error:
            print("the group's create_task raised", repr(error))
        print(repr(group))
    print("main goes on, cancelling", asyncio.current_task().cancelling())


asyncio.run(main())
