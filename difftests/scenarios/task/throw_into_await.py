"""An awaitable of one's own sees the cancellation at its yield, and may turn it into a value."""
import asyncio


class Stubborn:
    def __await__(self):
        while True:
            try:
                yield
            except asyncio.CancelledError as error:
                print("thrown in", repr(error))
                return "kept on"


async def body():
    print(await Stubborn())
    return "ended"


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("cancel", task.cancel("please"))
    print(await task, task.cancelled(), task.cancelling())


asyncio.run(main())
