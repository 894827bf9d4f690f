"""Done callbacks of tasks: for each outcome, in order, one turn after the end; removed ones do not run."""
import asyncio


def first(task):
    print("first", task.get_name(), "cancelled" if task.cancelled() else repr(task.exception()))


def second(task):
    print("second", task.get_name())


async def body(outcome):
    await asyncio.sleep(1)
    print("body ends")
    if outcome is not None:
        raise outcome


async def main():
    for name, outcome in (("value", None), ("error", KeyError("k")), ("cancelled", asyncio.CancelledError())):
        task = asyncio.create_task(body(outcome), name=name)
        task.add_done_callback(first)
        task.add_done_callback(second)
        task.add_done_callback(print)
        print("removed", task.remove_done_callback(print))
        try:
            await task
        except (KeyError, asyncio.CancelledError) as error:
            print("main", repr(error))


asyncio.run(main())
