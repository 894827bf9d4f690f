"""A cancellation of the creator by an eager child is a request; the creator goes on to its next suspension."""
import asyncio


async def child(parent):
    print("child cancels", parent.cancel("by the child"))
    return 1


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(child(asyncio.current_task()))
    print("main goes on", asyncio.current_task().cancelling())
    print("a done task", await task)
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        print(repr(error))
    print("uncancel", asyncio.current_task().uncancel())
    await asyncio.sleep(1)
    print(f"{asyncio.get_running_loop().time():.3f}")


asyncio.run(main())
