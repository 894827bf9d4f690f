"""set_exception makes an instance of a class, and refuses what is no exception."""
import asyncio


class Mine(Exception):
    def __init__(self, word="made by the future"):
        super().__init__(word)


class Picky(Exception):
    def __init__(self, a, b):
        super().__init__(a, b)


async def main():
    loop = asyncio.get_running_loop()
    for thing in (ValueError, Mine, ValueError("instance"), KeyboardInterrupt, 7, "text", int, Picky):
        future = loop.create_future()
        try:
            future.set_exception(thing)
            print(repr(future.exception()))
        except TypeError as error:
            print("TypeError", future.done())


asyncio.run(main())
