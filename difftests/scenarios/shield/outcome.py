"""A shield ends as what it shields does: result, error, cancellation without its message."""
import asyncio


async def child(error=None):
    await asyncio.sleep(1)
    if error is not None:
        raise error
    return "result"


async def main():
    print(await asyncio.shield(child()))
    try:
        await asyncio.shield(child(ValueError("x")))
    except ValueError as error:
        print(repr(error))
    task = asyncio.create_task(child())
    asyncio.get_running_loop().call_later(0.5, task.cancel, "message")
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError as error:
        print("cancelled", error.args, asyncio.current_task().cancelling())


asyncio.run(main())
