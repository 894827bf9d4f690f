"""Queue.shutdown and QueueShutDown are new in 3.13 (gh-96471)."""
# flag: queue_shutdown
import asyncio


async def main():
    print(hasattr(asyncio, "QueueShutDown"), hasattr(asyncio.Queue, "shutdown"))
    queue = asyncio.Queue()
    queue.put_nowait(1)
    try:
        queue.shutdown(immediate=True)
        await queue.get()
    except Exception as error:
        print(type(error).__name__, error, str(queue))


asyncio.run(main())
