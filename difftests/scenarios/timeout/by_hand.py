"""The two ends called by hand: no end is awaited by a with statement, nothing is being handled."""
import asyncio


async def main():
    limit = asyncio.timeout(1)
    print(await limit.__aenter__() is limit)
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        cancelled = error
    print(limit)
    try:
        await limit.__aexit__(type(cancelled), cancelled, None)
    except TimeoutError as error:
        print(repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
    print(limit, asyncio.current_task().cancelling())
    limit = asyncio.timeout(1)
    await limit.__aenter__()
    print(await limit.__aexit__(None, None, None), limit)


asyncio.run(main())
