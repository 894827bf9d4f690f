"""A child that fails after its parent has ended without leaving the group is reported to the exception handler."""
import asyncio


def handler(loop, context):
    words = context["message"]
    print("handler:", sorted(context), repr(context["exception"]))
    print("   ", "has errored out but its parent task" in words, words.endswith("is already completed"))
    print("   ", context["task"].get_name(), context["task"].done())


async def fail(word, delay):
    await asyncio.sleep(delay)
    raise ValueError(word)


async def enter(group):
    await group.__aenter__()
    group.create_task(fail("early", 1), name="early")
    group.create_task(fail("late", 2), name="late")
    print("the parent ends")


async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    group = asyncio.TaskGroup()
    await asyncio.create_task(enter(group), name="parent")
    await asyncio.sleep(5)
    print("end")


asyncio.run(main())
