"""The program of docs/trace.md whose tasks are shown: a shop that orders in parallel."""
import asyncio


async def fetch(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def order(items):
    async with asyncio.TaskGroup() as group:
        for item in range(items):
            group.create_task(fetch(item + 1), name=f"item {item}")


async def bill(ordering):
    await ordering
    print("billed")


async def main():
    ordering = asyncio.create_task(order(2), name="order")
    billing = asyncio.create_task(bill(ordering), name="bill")
    await billing


asyncio.run(main())
