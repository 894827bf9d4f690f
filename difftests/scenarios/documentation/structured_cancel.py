"""The documentation's uncancel in a timeout of one's own: a cancellation from outside is not taken for it."""
import asyncio


async def make_request_with_timeout():
    try:
        async with asyncio.timeout(1):
            await asyncio.sleep(3600)
            print("never")
    except TimeoutError:
        print("the request timed out")
    print("unrelated code")
    await asyncio.sleep(2)
    print("more of it")


async def main():
    await make_request_with_timeout()
    task = asyncio.create_task(make_request_with_timeout())
    await asyncio.sleep(0.5)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled from outside", task.cancelling())


asyncio.run(main())
