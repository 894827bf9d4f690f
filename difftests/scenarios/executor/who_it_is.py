"""What a thread returns and raises, who it is, and in which context it runs."""
# clock: real, threads take their own
import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

color = contextvars.ContextVar("color", default="none")


def fails(x):
    raise ValueError(x)


def name():
    return threading.current_thread().name


async def main():
    loop = asyncio.get_running_loop()
    print(name(), threading.current_thread() is threading.main_thread())
    print(await loop.run_in_executor(None, lambda a, b: a + b, 3, 4))
    try:
        await loop.run_in_executor(None, fails, 5)
    except ValueError as error:
        print(repr(error))
    print((await loop.run_in_executor(None, name)).rstrip("0123"))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="own") as pool:
        print(await loop.run_in_executor(pool, name))
        print(pool.submit(pow, 2, 5).result())
    try:
        await loop.run_in_executor(pool, name)
    except RuntimeError as error:
        print(error)
    color.set("red")
    print(await asyncio.to_thread(color.get), await loop.run_in_executor(None, color.get))
    print(await asyncio.to_thread(color.set, "blue") is not None, color.get())
    gate = threading.Event()
    first = loop.run_in_executor(None, gate.wait)
    gate.set()
    print(await first)


asyncio.run(main())
