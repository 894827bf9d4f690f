"""An eager child whose own child fails at once is (not) cancelled."""
import asyncio


async def fail():
    raise ValueError("grandchild")


async def child(group):
    group.create_task(fail())
    print("child goes on", asyncio.current_task().cancelling())
    try:
        await asyncio.sleep(3)
        print("child slept")
    except asyncio.CancelledError as error:
        print("child", repr(error))
        raise


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(group))
            print("body ends", asyncio.current_task().cancelling())
    except* ValueError as errors:
        print(repr(errors))
    print(f"{loop.time():.3f}")


asyncio.run(main())
