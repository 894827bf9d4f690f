"""wait_for in eager tasks, and with no time under the eager factory: the first step runs."""
import asyncio


async def value(delay):
    print("starts", delay)
    try:
        await asyncio.sleep(delay)
    finally:
        print("ends", delay)
    return delay


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(asyncio.wait_for(value(1), 5))
    print("created")
    print(await task)

    async def at_once():
        return "at once"

    print(await asyncio.wait_for(at_once(), 0))
    for timeout in (0, 1):
        try:
            await asyncio.wait_for(value(3), timeout)
        except TimeoutError as error:
            print(repr(error), f"{loop.time():.3f}")


asyncio.run(main())
