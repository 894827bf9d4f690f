"""The classic loop: wait for the first, handle it, add more, until nothing is left."""
import asyncio


async def work(number):
    await asyncio.sleep(number % 3 + 1)
    return number


async def main():
    loop = asyncio.get_running_loop()
    numbers = iter(range(8))
    pending = []
    for _ in range(3):
        pending.append(asyncio.create_task(work(next(numbers))))
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        print(loop.time(), sorted(task.result() for task in done), len(pending))
        pending = list(pending)
        for _ in done:
            number = next(numbers, None)
            if number is not None:
                pending.append(asyncio.create_task(work(number)))


asyncio.run(main())
