"""A context manager whose exit returns true swallows a cancellation."""
import asyncio


class Suppress:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        print("suppress", repr(error))
        return kind is not None and issubclass(kind, asyncio.CancelledError)


async def body():
    with Suppress():
        await asyncio.sleep(10)
    print("goes on, cancelling", asyncio.current_task().cancelling())
    await asyncio.sleep(1)
    return "end"


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    print(await task, task.cancelled())


asyncio.run(main())
