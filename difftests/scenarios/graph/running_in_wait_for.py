"""The frames of a task that runs in a coroutine that wait_for awaits: those of wait_for are between."""
# requires: 3.14
import asyncio


def show(words):
    print(words, [entry.frame.f_code.co_name for entry in asyncio.capture_call_graph().call_stack])


async def inner(words):
    show(words)
    await asyncio.sleep(0)
    show(words)


async def between(words):
    await inner(words)


async def main():
    await asyncio.wait_for(inner("once"), None)
    await asyncio.wait_for(between("and a function"), 1)
    await asyncio.wait_for(asyncio.wait_for(inner("twice"), 1), 2)
    await asyncio.wait_for(asyncio.create_task(inner("a task")), 1)


asyncio.run(main())
