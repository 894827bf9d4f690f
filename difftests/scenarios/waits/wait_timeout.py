"""A timeout ends the wait without an error, and cancels nothing: what is not done is in the second set."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work(name, seconds)) for name, seconds in (("a", 1), ("b", 3), ("c", 5))]
    done, pending = await asyncio.wait(tasks, timeout=2)
    print(loop.time(), [task in done for task in tasks], [task in pending for task in tasks])
    done, pending = await asyncio.wait(pending, timeout=10)
    print(loop.time(), len(done), len(pending))
    done, pending = await asyncio.wait(tasks, timeout=None)
    print(loop.time(), len(done), len(pending), tasks[2].result())


asyncio.run(main())
