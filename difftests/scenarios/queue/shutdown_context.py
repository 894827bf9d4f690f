"""QueueShutDown has what is being handled as its context."""
# requires: 3.13
import asyncio


async def within(call):
    try:
        raise KeyError("outer")
    except KeyError:
        try:
            await call()
        except BaseException as error:
            print(type(error).__name__, type(error.__context__).__name__)


async def main():
    queue = asyncio.Queue(1)
    task = asyncio.create_task(within(queue.get))
    await asyncio.sleep(0)
    queue.shutdown()
    await task
    await within(queue.get)
    await within(lambda: queue.put(1))
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    task = asyncio.create_task(within(lambda: queue.put(2)))
    await asyncio.sleep(0)
    queue.shutdown()
    await task


asyncio.run(main())
