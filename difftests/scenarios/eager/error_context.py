"""The first step of an eager task sees the error that its creator is handling, as its context; a lazy one does not."""
import asyncio


async def fail(word):
    raise ValueError(word)


async def main():
    loop = asyncio.get_running_loop()
    for factory in (None, asyncio.eager_task_factory):
        loop.set_task_factory(factory)
        try:
            raise KeyError("handled by the creator")
        except KeyError:
            task = asyncio.create_task(fail("eager" if factory else "lazy"))
        await asyncio.sleep(0)
        error = task.exception()
        print(repr(error), "context", repr(error.__context__))


asyncio.run(main())
