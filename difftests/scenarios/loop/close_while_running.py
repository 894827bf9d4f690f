"""A running loop cannot be closed, nor run again, nor can another loop run meanwhile."""
import asyncio


async def nothing():
    print("never runs")


async def main():
    loop = asyncio.get_running_loop()
    try:
        loop.close()
    except RuntimeError as error:
        print(repr(error))
    coro = nothing()
    task = loop.create_future()
    try:
        loop.run_until_complete(task)
    except RuntimeError as error:
        print(repr(error))
    other = asyncio.new_event_loop()
    try:
        other.run_until_complete(other.create_future())
    except RuntimeError as error:
        print(repr(error))
    try:
        asyncio.run(coro)
    except RuntimeError as error:
        print(repr(error))
    coro.close()
    other.close()
    print("still running", loop.is_running(), asyncio.get_running_loop() is loop)


asyncio.run(main())
