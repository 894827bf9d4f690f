"""The time is over in the turn in which a future is done: which of the two timers is first decides nothing, the sets are made later."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work("a", 1))
    other = asyncio.create_task(work("b", 2))
    done, pending = await asyncio.wait([task, other], timeout=1)
    print("timer set first", loop.time(), len(done), len(pending))
    done, pending = await asyncio.wait([task, other], timeout=1)
    print("timer set after", loop.time(), len(done), len(pending))
    task = loop.create_future()
    loop.call_later(1, task.set_result, None)
    done, pending = await asyncio.wait([task], timeout=1)
    print("a future, done first", len(done), len(pending))
    task = loop.create_future()
    waiter = asyncio.create_task(asyncio.wait([task], timeout=1))
    await asyncio.sleep(0)
    loop.call_later(1, task.set_result, None)
    done, pending = await waiter
    print("a future, done after", len(done), len(pending))


asyncio.run(main())
