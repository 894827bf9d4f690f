"""The same future or coroutine twice is one."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    task, body = asyncio.create_task(work("task", 1)), work("body", 2)
    print([await step for step in asyncio.as_completed([task, body, task, body, task])])


asyncio.run(main())
