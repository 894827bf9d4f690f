"""Closing a wait: what is waited for is closed first; one that ignores that is an error."""
import asyncio


async def careful():
    try:
        await asyncio.sleep(5)
    except GeneratorExit as error:
        print("careful", repr(error))
        raise


async def stubborn():
    try:
        await asyncio.sleep(5)
    except GeneratorExit:
        await asyncio.sleep(1)


async def fails():
    try:
        await asyncio.sleep(5)
    finally:
        raise ValueError("at the close")


async def main():
    for make in (careful, stubborn, fails):
        coro = asyncio.wait_for(make(), 5)
        coro.send(None)
        try:
            print(coro.close())
        except (RuntimeError, ValueError) as error:
            print(repr(error))
    future = asyncio.get_running_loop().create_future()
    for timeout in (5, 0):
        coro = asyncio.wait_for(future, timeout)
        coro.send(None)
        coro.close()
        print(future)


asyncio.run(main())
