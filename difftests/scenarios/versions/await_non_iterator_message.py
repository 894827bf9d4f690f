"""The words of the TypeError for an __await__() that returns no iterator: later they name the class."""
# flag: await_non_iterator_message
import asyncio


class Outer:
    class Wrong:
        def __await__(self):
            return 5


async def body():
    pass


class Coroutine:
    def __init__(self):
        self.coro = body()

    def __await__(self):
        return self.coro


async def attempt(awaitable):
    try:
        await awaitable
    except TypeError as error:
        print(error)


async def main():
    await attempt(Outer.Wrong())
    wrong = Coroutine()
    await attempt(wrong)
    wrong.coro.close()


asyncio.run(main())
