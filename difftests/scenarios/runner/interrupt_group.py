"""Ctrl-C of a main task inside of a group: the children are cancelled, and KeyboardInterrupt comes out of the run."""
import asyncio
import signal


async def child(name):
    try:
        await asyncio.sleep(100)
    finally:
        print(name, "is left")


async def main():
    asyncio.get_running_loop().call_later(1, signal.raise_signal, signal.SIGINT)
    async with asyncio.TaskGroup() as group:
        group.create_task(child("a"))
        group.create_task(child("b"))


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print(repr(error), repr(error.__context__))
