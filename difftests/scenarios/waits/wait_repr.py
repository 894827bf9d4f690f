"""What reprs show of a wait: the callback on a future, the waiter of the task, the timer."""
import asyncio


def cut(text):
    return text.split(" at ")[0]


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(asyncio.wait([future], timeout=1))
    print(cut(repr(future)))
    await asyncio.sleep(0)
    print(cut(repr(future)))
    await asyncio.sleep(2)
    print(cut(repr(future)), task.done())


asyncio.run(main())
