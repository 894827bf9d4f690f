"""Of several SystemExits in a group the first is raised: two children's, a child's and the body's; the parent's count."""
import asyncio


async def leave(code, delay):
    try:
        await asyncio.sleep(delay)
    finally:
        print("leave", code)
        raise SystemExit(code)


async def two_children():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(leave("one", 1), name="one")
            group.create_task(leave("two", 9), name="two")
            await asyncio.sleep(20)
    except SystemExit as error:
        print("raised", repr(error), asyncio.current_task().cancelling())


async def child_then_body():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(leave("child", 1), name="child")
            try:
                await asyncio.sleep(20)
            except asyncio.CancelledError:
                raise SystemExit("body")
    except SystemExit as error:
        print("raised", repr(error), asyncio.current_task().cancelling())


async def body_then_child():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(leave("child", 9), name="child")
            await asyncio.sleep(1)
            raise SystemExit("body")
    except SystemExit as error:
        print("raised", repr(error), asyncio.current_task().cancelling())


for function in (two_children, child_then_body, body_then_child):
    print(function.__name__)
    loop = asyncio.new_event_loop()
    task = loop.create_task(function(), name="main")
    while not task.done():
        try:
            loop.run_until_complete(task)
        except SystemExit as error:
            print("left the loop", repr(error), task.done())
    loop.close()
