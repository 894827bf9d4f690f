"""Tasks wait for futures that nobody will ever set: nothing can happen any more, exit status 97."""
import asyncio


async def waits(name):
    print(name, "waits")
    await asyncio.get_running_loop().create_future()


async def main():
    tasks = [asyncio.create_task(waits(name)) for name in ("a", "b")]
    await asyncio.sleep(1)
    print("main waits, too")
    await tasks[0]


asyncio.run(main())
print("not reached")
