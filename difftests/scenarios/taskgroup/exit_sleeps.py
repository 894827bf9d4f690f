"""The exit of a group sleeps until its last child is done; each child that ends before leaves it as it is."""
import asyncio


def look(parent):
    words = repr(parent)
    print("pending" if "wait_for=<Future pending" in words else "woken" if "wait_for=<Future finished" in words else "?")


async def child(delay):
    await asyncio.sleep(delay)


async def parent():
    async with asyncio.TaskGroup() as group:
        for delay in (1, 2, 3):
            group.create_task(child(delay)).add_done_callback(lambda _: look(task))
        group.create_task(child(9)).add_done_callback(lambda _: look(task))


async def main():
    global task
    task = asyncio.create_task(parent())
    await task
    print(asyncio.get_running_loop().time())


asyncio.run(main())
