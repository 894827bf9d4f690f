"""The message of a cancellation: none, a text, another object; args of what arrives and of what comes out."""
import asyncio


async def body():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("body", repr(error), error.args)
        raise


async def main():
    for args in ((), ("text",), (None,), (42,), (("a", "b"),)):
        task = asyncio.create_task(body())
        await asyncio.sleep(0)
        task.cancel(*args)
        try:
            await task
        except asyncio.CancelledError as error:
            print("main", repr(error), error.args)
    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel(msg="by keyword")
    try:
        await task
    except asyncio.CancelledError as error:
        print("main", repr(error))


asyncio.run(main())
