"""cancel() of a future schedules its callbacks; a future is cancelled once, its first message stays."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda future: print("callback", future.cancelled()))
    print(future.cancel("first"), future.cancel("second"))
    print("no callback yet")
    try:
        await future
    except asyncio.CancelledError as error:
        print("await", repr(error), error.args)
    await asyncio.sleep(0)
    silent = loop.create_future()
    silent.cancel()
    try:
        silent.result()
    except asyncio.CancelledError as error:
        print("result", repr(error), error.args)
    number = loop.create_future()
    number.cancel(42)
    try:
        number.exception()
    except asyncio.CancelledError as error:
        print("exception", repr(error), error.args)
    keyword = loop.create_future()
    keyword.cancel(msg="by keyword")
    try:
        keyword.result()
    except asyncio.CancelledError as error:
        print("keyword", repr(error))


asyncio.run(main())
