"""With no time, what is not done is made a task and cancelled before it runs; what is done is given."""
import asyncio


async def value():
    print("never")


class Awaitable:
    def __await__(self):
        print("never")
        yield


async def attempt(what, timeout):
    loop = asyncio.get_running_loop()
    try:
        print("got", await asyncio.wait_for(what, timeout))
    except TimeoutError as error:
        print(repr(error), repr(error.__cause__), error.__context__ is error.__cause__)
    except BaseException as error:
        print(repr(error), repr(error.__context__))


async def main():
    loop = asyncio.get_running_loop()
    for timeout in (0, -1, 0.0):
        await attempt(value(), timeout)
        await attempt(Awaitable(), timeout)
        future = loop.create_future()
        await attempt(future, timeout)
        await attempt(future, timeout)
        future = loop.create_future()
        future.set_result("done")
        await attempt(future, timeout)
        future = loop.create_future()
        future.set_exception(ValueError("failed"))
        await attempt(future, timeout)
        await attempt(asyncio.create_task(value()), timeout)
    print(f"{loop.time():.3f}")


asyncio.run(main())
