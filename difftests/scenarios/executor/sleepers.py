"""Threads that sleep and tasks that sleep are in the order of their times."""
# clock: real, threads take their own
import asyncio
import threading
import time

log = []


def thread(*times):
    for seconds in times:
        time.sleep(seconds)
        log.append(f"thread {seconds}")
    return times


async def task(*times):
    for seconds in times:
        await asyncio.sleep(seconds)
        log.append(f"task {seconds}")


async def main():
    start = time.monotonic()
    print(await asyncio.gather(asyncio.to_thread(thread, 0.1, 0.3), task(0.2, 0.41), asyncio.to_thread(thread, 0.3, 0.2)))
    print(log)
    log.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(task(0.05, 0.1))
        other = threading.Thread(target=thread, args=(0.1, 0.1))
        other.start()
        time.sleep(0.01)
    print(other.is_alive())
    await asyncio.to_thread(other.join)
    print(log, other.is_alive())
    print(0.9 < time.monotonic() - start < 1.5)


asyncio.run(main())
time.sleep(0.01)
