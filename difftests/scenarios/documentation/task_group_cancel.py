"""The documentation's way to end a TaskGroup from within since 3.15: its own cancel()."""
# requires: 3.15
import asyncio


async def job(task_id, sleep_time):
    print(f"Task {task_id}: start")
    await asyncio.sleep(sleep_time)
    print(f"Task {task_id}: done")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(job(1, 0.5))
        group.create_task(job(2, 1.5))
        await asyncio.sleep(1)
        group.cancel()


asyncio.run(main())
