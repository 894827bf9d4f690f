"""A child that fails at once; whether the group then refuses others."""
import asyncio


async def fail(text):
    raise ValueError(text)


async def other():
    print("the other child runs")
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        print("the other child", repr(error))
        raise


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("a"))
            print("after the failed child", repr(group), asyncio.current_task().cancelling())
            try:
                group.create_task(other())
            except RuntimeError as error:
                print("refused", repr(error))
            print("body ends")
    except* ValueError as errors:
        print(repr(errors))
    print(asyncio.current_task().cancelling())


asyncio.run(main())
