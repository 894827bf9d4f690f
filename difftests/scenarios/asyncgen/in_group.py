"""A generator that opens a group of tasks around its yields: the children work between the items."""
import asyncio


async def worker(results, number):
    await asyncio.sleep(number)
    results.append(number * number)


async def squares(numbers):
    results = []
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(worker(results, number))
        seen = 0
        while seen < len(numbers):
            await asyncio.sleep(1)
            while seen < len(results):
                yield results[seen]
                seen += 1
    print("the group is left")


async def main():
    async for square in squares([3, 1, 2]):
        print(square, asyncio.get_running_loop().time())


asyncio.run(main())
