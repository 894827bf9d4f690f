"""Many calls on few threads, all results in their places."""
# clock: real, threads take their own
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

names = set()


def square(x):
    names.add(threading.current_thread().name)
    time.sleep(0.001 * (x % 3))
    return x * x


async def main():
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(3, thread_name_prefix="few")
    print(await asyncio.gather(*(loop.run_in_executor(pool, square, x) for x in range(30))))
    print(names <= {"few_0", "few_1", "few_2"})
    print(sum(await asyncio.gather(*(asyncio.to_thread(square, x) for x in range(100)))))
    gate = threading.Event()
    futures = [pool.submit(gate.wait) for _ in range(6)]
    time.sleep(0.02)
    pool.shutdown(wait=False, cancel_futures=True)
    print([future.cancelled() for future in futures], [future.running() for future in futures])
    gate.set()
    pool.shutdown()
    print([future.done() for future in futures])


asyncio.run(main())
