"""What cannot be awaited, and timeouts that are no numbers."""
import asyncio


async def value():
    return 1


async def attempt(what, timeout):
    try:
        print(await asyncio.wait_for(what, timeout))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


async def main():
    for timeout in (None, 1):
        try:
            await asyncio.wait_for(3, timeout)
        except TypeError as error:
            print("int" in str(error))
    await attempt(3, 0)
    await attempt(None, -1)
    future = asyncio.get_running_loop().create_future()
    future.set_result(7)
    await attempt(future, "1")
    await attempt(future, [])
    await attempt(future, True)
    await attempt(future, False)
    coro = value()
    await attempt(coro, "x")
    print(await coro)
    for call in (lambda: asyncio.wait_for(), lambda: asyncio.wait_for(future)):
        try:
            call()
        except TypeError as error:
            print(error)


asyncio.run(main())
