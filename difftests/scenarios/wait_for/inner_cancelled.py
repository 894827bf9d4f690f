"""What is waited for is cancelled by somebody else before the time: CancelledError, not TimeoutError."""
import asyncio


async def raises():
    await asyncio.sleep(1)
    raise asyncio.CancelledError("by itself")


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(1, future.cancel, "somebody")
    for what in (raises(), future, asyncio.create_task(raises())):
        try:
            await asyncio.wait_for(what, 5)
        except asyncio.CancelledError as error:
            print(repr(error), asyncio.current_task().cancelling())


asyncio.run(main())
