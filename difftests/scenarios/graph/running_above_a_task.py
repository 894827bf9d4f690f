"""The frames of a task whose own coroutine is one of asyncio's, or is driven by hand: those of the coroutine are there."""
# requires: 3.14
import asyncio


def show(words):
    call = asyncio.capture_call_graph()
    print(words, call and [entry.frame.f_code.co_name for entry in call.call_stack])
    return True


async def inner():
    show("inner")


async def waits():
    await asyncio.wait_for(inner(), 1)


def start_eagerly(coroutine):
    return asyncio.create_task(coroutine, eager_start=True)


def drive(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        pass


async def drives():
    drive(asyncio.wait_for(waits(), 2))


async def main():
    await asyncio.create_task(asyncio.wait_for(inner(), 1))
    await asyncio.create_task(asyncio.wait_for(waits(), 1))
    await start_eagerly(asyncio.wait_for(waits(), 1))
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.wait_for(inner(), 1), eager_start=True)
    condition = asyncio.Condition()
    async with condition:
        await asyncio.create_task(condition.wait_for(lambda: show("predicate")))
        await start_eagerly(condition.wait_for(lambda: show("predicate, eagerly")))
    await asyncio.wait_for(waits(), 2)
    drive(asyncio.wait_for(waits(), 2))
    await drives()
    await asyncio.wait_for(drives(), 3)
    await asyncio.wait_for(asyncio.wait_for(drives(), 3), 4)


asyncio.run(main())
