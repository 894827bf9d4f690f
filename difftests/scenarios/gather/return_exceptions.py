"""With return_exceptions errors are results, also CancelledErrors and those that are no Exceptions."""
import asyncio


class Mine(BaseException):
    pass


async def work(error, delay=1):
    await asyncio.sleep(delay)
    if error is not None:
        raise error
    return "fine"


async def main():
    results = await asyncio.gather(
        work(None), work(ValueError("v")), work(Mine("m")), work(asyncio.CancelledError("c")), work(None, 0),
        return_exceptions=True,
    )
    print(results)
    print([type(result).__name__ for result in results])


asyncio.run(main())
