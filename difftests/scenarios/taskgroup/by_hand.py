"""A group entered and left by hand: what __aenter__ and __aexit__ return, and what they refuse."""
import asyncio


async def child():
    await asyncio.sleep(1)
    print("child ends")


async def main():
    group = asyncio.TaskGroup()
    print(await group.__aenter__() is group)
    group.create_task(child())
    print(await group.__aexit__(None, None, None), repr(group))
    other = asyncio.TaskGroup()
    await other.__aenter__()
    error = ValueError("given")
    try:
        await other.__aexit__(ValueError, error, None)
    except ExceptionGroup as errors:
        print(repr(errors), errors.exceptions[0] is error)


asyncio.run(main())
