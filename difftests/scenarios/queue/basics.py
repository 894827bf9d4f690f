"""put_nowait and get_nowait in order; sizes; QueueEmpty and QueueFull have no arguments."""
import asyncio


def state(queue):
    return queue.qsize(), queue.empty(), queue.full(), queue.maxsize


async def main():
    queue = asyncio.Queue(2)
    print(state(queue))
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty as error:
        print(repr(error), str(error) == "", error.args)
    print(queue.put_nowait("a"), queue.put_nowait(None))
    print(state(queue))
    try:
        queue.put_nowait("c")
    except asyncio.QueueFull as error:
        print(repr(error), str(error) == "", error.args)
    print(await queue.get(), queue.get_nowait(), state(queue))
    print(await queue.put("d"), await queue.get())


print(issubclass(asyncio.QueueEmpty, Exception), asyncio.QueueFull.__mro__[1].__name__)
print(asyncio.Queue.__name__, asyncio.PriorityQueue.__mro__[1].__name__, asyncio.LifoQueue.__mro__[1].__name__)
asyncio.run(main())
