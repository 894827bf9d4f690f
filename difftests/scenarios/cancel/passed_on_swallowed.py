"""A request that is passed on to an awaited task which swallows it is over: the waiting task gets the result."""
import asyncio


async def stubborn():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print("swallowed", repr(error), asyncio.current_task().cancelling())
    await asyncio.sleep(1)
    return "result"


async def cancels_itself(child):
    asyncio.current_task().cancel("passed on")
    print("awaits")
    print(await child)
    await asyncio.sleep(0)
    print("nothing else came", asyncio.current_task().cancelling())


async def cancelled_while_it_waits(child):
    print(await child)
    await asyncio.sleep(0)
    print("nothing else came", asyncio.current_task().cancelling())


async def main():
    child = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.create_task(cancels_itself(child))
    child = asyncio.create_task(stubborn())
    task = asyncio.create_task(cancelled_while_it_waits(child))
    await asyncio.sleep(1)
    print(task.cancel("from outside"))
    await task


asyncio.run(main())
