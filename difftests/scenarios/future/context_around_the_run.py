"""The context of an exception that arrives in a task, when the loop runs while another exception is handled."""
import asyncio


class Relay:
    def __init__(self, inner):
        self.inner = inner

    def __await__(self):
        yield from self.inner


class Iterator:
    def __init__(self, inner):
        self.inner = inner

    def __await__(self):
        return self.inner.__await__()


async def wait(awaitable, words):
    try:
        await awaitable
    except BaseException as error:
        print(words, repr(error), repr(error.__context__))


async def main():
    loop = asyncio.get_running_loop()
    for kind, make in (("future", lambda future: future), ("generator", Relay), ("iterator", Iterator)):
        for how in ("task cancelled", "exception", "future cancelled"):
            future = loop.create_future()
            task = asyncio.create_task(wait(make(future), f"{kind}, {how}:"))
            await asyncio.sleep(0)
            if how == "task cancelled":
                task.cancel()
            elif how == "exception":
                future.set_exception(ValueError(1))
            else:
                future.cancel()
            await task


runner = asyncio.Runner()
try:
    raise KeyError
except KeyError:
    runner.run(main())
runner.close()
