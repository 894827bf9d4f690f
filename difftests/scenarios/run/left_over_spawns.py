"""A left-over task makes a new one while it is cancelled: that one is not cancelled, nor waited for."""
import asyncio


async def spawned():
    for i in range(10):
        print("spawned", i)
        await asyncio.sleep(1)


async def left(tasks):
    try:
        await asyncio.sleep(100)
    finally:
        tasks.append(asyncio.create_task(spawned()))
        await asyncio.sleep(2.5)
        print("left over is clean")


async def main(tasks):
    tasks.append(asyncio.create_task(left(tasks)))
    await asyncio.sleep(0)
    print("main ends")


tasks = []
asyncio.run(main(tasks))
print("done", [task.done() for task in tasks])
