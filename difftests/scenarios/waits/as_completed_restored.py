"""Steps that are cancelled or time out around a wait, and how many are left then."""
# requires: 3.13
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(3)]
    steps = asyncio.as_completed(futures)
    for message in ("one", "two"):
        task = asyncio.create_task(steps.__anext__())
        await asyncio.sleep(0)
        task.cancel(message)
        try:
            await task
        except asyncio.CancelledError as error:
            print(repr(error))
    first = next(steps, None)
    waiting = asyncio.create_task(first)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    for number in range(3):
        futures[number].set_result(number)
    async for done in steps:
        print(done.result())
    print("left", next(steps, None))


asyncio.run(main())
