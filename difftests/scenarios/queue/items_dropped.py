"""An item that was not put because put was cancelled is gone with it; one that was got is the getter's alone."""
import asyncio


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, "dropped")


async def main():
    queue = asyncio.Queue(1)
    await queue.put(Thing("kept"))
    task = asyncio.create_task(queue.put(Thing("refused")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    task = None
    await asyncio.sleep(0)
    print("now")
    thing = await queue.get()
    thing = None
    print("end")
    queue.put_nowait(Thing("left"))


asyncio.run(main())
