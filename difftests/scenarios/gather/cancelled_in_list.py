"""A cancelled child in the list is a new CancelledError with the message of a future, and '' if there was none."""
import asyncio


async def forever():
    await asyncio.sleep(100)


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(4)]
    task = asyncio.create_task(forever())
    gathering = asyncio.gather(*futures, task, return_exceptions=True)
    await asyncio.sleep(0)
    futures[0].cancel()
    futures[1].cancel("message")
    futures[2].cancel(7)
    futures[3].cancel("")
    task.cancel("of the task")
    results = await gathering
    print([error.args for error in results])
    try:
        await task
    except asyncio.CancelledError as error:
        print(error.args, error in results)
    print(futures[1].cancelled(), gathering.cancelled())


asyncio.run(main())
