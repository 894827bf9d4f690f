"""What a task may yield; anything wrong is answered by a RuntimeError that is thrown in the next turn."""
import asyncio


class Yields:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield self.value


def generator():
    yield 1


async def attempt(text, awaitable, size):
    asyncio.get_running_loop().call_soon(print, "a turn passes")
    try:
        await awaitable
        print(text, "is fine")
    except RuntimeError as error:
        print(text, "RuntimeError", str(error)[:size])


async def itself():
    try:
        await asyncio.current_task()
    except RuntimeError as error:
        print("itself RuntimeError", str(error)[:26])


async def main():
    loop = asyncio.get_running_loop()
    await attempt("None", Yields(None), 0)
    await attempt("a number", Yields(42), 40)
    await attempt("a text", Yields("x"), 40)
    await attempt("future without the flag", Yields(loop.create_future()), 34)
    await attempt("generator", Yields(generator()), 34)
    other = asyncio.new_event_loop()
    await attempt("future of another loop", other.create_future(), 5)
    await asyncio.create_task(itself())
    other.close()


asyncio.run(main())
