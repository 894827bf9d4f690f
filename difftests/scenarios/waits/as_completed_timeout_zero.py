"""A timeout of 0 or less: what is done already has its callback first."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    for timeout in (0, -1, 0.0):
        done, pending = loop.create_future(), loop.create_future()
        done.set_result("done")
        for step in asyncio.as_completed([pending, done], timeout=timeout):
            try:
                print(timeout, await step)
            except TimeoutError as error:
                print(timeout, repr(error))
        print(pending)
    for step in asyncio.as_completed([], timeout=0):
        print("never")
    future = loop.create_future()
    steps = list(asyncio.as_completed([future], timeout=1))
    loop.call_later(1, future.set_result, "late")
    try:
        print(await steps[0])
    except TimeoutError:
        print("the timer was first", future.done())


asyncio.run(main())
