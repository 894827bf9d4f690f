"""as_completed() as an asynchronous iterator gives the very tasks and futures, which are done."""
# requires: 3.13
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(2, future.set_result, "future")
    tasks = [asyncio.create_task(work("a", 3)), asyncio.create_task(work("b", 1)), future]
    async for done in asyncio.as_completed(tasks):
        print(loop.time(), tasks.index(done), done.done(), done.result())
    async for done in asyncio.as_completed([work("c", 2), work("d", 1)]):
        print(loop.time(), type(done).__name__, await done)
    async for done in asyncio.as_completed([]):
        print("never")


asyncio.run(main())
