"""The documentation's done callback with an argument bound to it."""
import asyncio


async def main():
    fut = asyncio.get_running_loop().create_future()
    fut.add_done_callback(lambda done: print("Future:", done.result()))
    fut.set_result(7)
    await asyncio.sleep(0)


asyncio.run(main())
