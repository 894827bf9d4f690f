"""The task that waits shows what it waits for: the future itself."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(asyncio.wait_for(future, 5), name="waits")
    await asyncio.sleep(0)
    print(task._fut_waiter is future if hasattr(task, "_fut_waiter") else True)
    print("wait_for=<Future pending" in repr(task), "coro=<wait_for()" in repr(task))
    print(len(future._callbacks) if hasattr(future, "_callbacks") else 1)
    future.set_result(1)
    print(await task)


asyncio.run(main())
