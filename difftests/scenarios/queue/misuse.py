"""Wrong arguments."""
import asyncio


def attempt(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


queue = asyncio.Queue()
attempt(lambda: asyncio.Queue(1, 2))
attempt(lambda: asyncio.Queue(loop=None))
attempt(lambda: asyncio.LifoQueue(size=2))
attempt(lambda: queue.put())
attempt(lambda: queue.put(1, 2))
attempt(lambda: queue.get(1))
attempt(lambda: queue.put_nowait())
attempt(lambda: queue.get_nowait(1))
attempt(lambda: queue.task_done(1))
attempt(lambda: queue.join(1))
attempt(lambda: queue.qsize(1))
attempt(lambda: queue.empty(1))
attempt(lambda: queue.full(1))
attempt(lambda: queue.put_nowait(thing=1))
attempt(lambda: queue.put_nowait(item="named"))
attempt(lambda: len(queue))
print(str(queue), bool(queue))
queue.extra = "attribute"
print(queue.extra)
