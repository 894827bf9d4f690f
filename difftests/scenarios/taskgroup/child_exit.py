"""SystemExit of a child leaves the loop at once; run again, the group raises it bare."""
import asyncio


async def leave():
    await asyncio.sleep(1)
    raise SystemExit(3)


async def other():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        print("other cancelled")
        raise ValueError("hidden")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(leave())
            group.create_task(other())
    except BaseException as error:
        print("group raised", repr(error), asyncio.current_task().cancelling())


loop = asyncio.new_event_loop()
task = loop.create_task(main())
try:
    loop.run_until_complete(task)
except SystemExit as error:
    print("out of the loop:", repr(error), task.done())
loop.run_until_complete(task)
print(f"{loop.time():.3f}")
loop.close()
