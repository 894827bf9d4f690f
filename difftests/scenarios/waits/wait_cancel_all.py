"""Cancelling what is pending after a timeout, then waiting for it: nothing is raised, and what swallows it runs on."""
import asyncio


async def polite():
    await asyncio.sleep(10)


async def stubborn():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        return "stubborn"


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(polite()), asyncio.create_task(stubborn())]
    done, pending = await asyncio.wait(tasks, timeout=3)
    print(loop.time(), len(done), len(pending))
    for task in tasks:
        task.cancel()
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print(loop.time(), len(done), len(pending), tasks[0].cancelled(), tasks[1].result())


asyncio.run(main())
