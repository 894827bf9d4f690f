"""as_completed() as a plain iterator: coroutines that give the results in the order in which the tasks end."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    for step in asyncio.as_completed([work("slow", 3), work("quick", 1), work("middle", 2)]):
        print(type(step).__name__, asyncio.iscoroutine(step))
        print(await step, asyncio.get_running_loop().time())


asyncio.run(main())
