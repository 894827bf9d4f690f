"""A group asks its children for their errors, and its own end for nothing: none is reported as never retrieved."""
import asyncio


def handler(loop, context):
    print("handler:", context["message"], repr(context.get("exception")))


async def fail(word, delay):
    try:
        await asyncio.sleep(delay)
    finally:
        raise ValueError(word)


async def cancelled():
    raise asyncio.CancelledError("own")


async def group_of_errors():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("first", 1))
            group.create_task(fail("second", 9))
            group.create_task(cancelled())
            await asyncio.sleep(20)
    except ExceptionGroup as errors:
        print(errors.exceptions)


async def error_of_nobody():
    asyncio.create_task(fail("nobody", 1))
    await asyncio.sleep(2)


async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    await group_of_errors()
    print("after the group")
    await error_of_nobody()
    print("end")


asyncio.run(main())
