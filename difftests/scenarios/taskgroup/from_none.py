"""The body's error comes last; the group has no cause, but the body's error as context."""
import asyncio


async def fail(text):
    raise ValueError(text)


async def attempt(body_fails):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("a"))
            group.create_task(fail("b"))
            if body_fails:
                raise KeyError("body")
    except BaseException as error:
        print(repr(error))
        print("cause", repr(error.__cause__), "context", repr(error.__context__))
        print("count", asyncio.current_task().cancelling())


async def main():
    await attempt(False)
    await attempt(True)


asyncio.run(main())
