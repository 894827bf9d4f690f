"""Several steps wait at once: they are served in the order in which they began to wait."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def wait_for(number, step):
    result = await step
    print("step", number, result, asyncio.get_running_loop().time())


async def main():
    steps = list(asyncio.as_completed([work("a", 3), work("b", 1), work("c", 2)]))
    print(len(steps))
    tasks = [asyncio.create_task(wait_for(number, steps[number])) for number in (2, 0, 1)]
    await asyncio.wait(tasks)


asyncio.run(main())
