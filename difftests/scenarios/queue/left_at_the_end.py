"""Tasks that wait for queues when main ends are cancelled there by run."""
import asyncio


async def waits(name, coroutine):
    try:
        await coroutine
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise
    finally:
        print(name, "ends")


async def main():
    queue = asyncio.Queue(1)
    empty = asyncio.Queue()
    queue.put_nowait(1)
    for name, coroutine in (("get", empty.get()), ("put", queue.put(2)), ("join", queue.join())):
        asyncio.create_task(waits(name, coroutine), name=name)
    await asyncio.sleep(0)
    print(str(queue), str(empty))
    return queue, empty


for queue in asyncio.run(main()):
    print(str(queue))
