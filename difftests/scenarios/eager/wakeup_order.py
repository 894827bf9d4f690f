"""An eager task waits before its creator goes on; its bare yield is queued at that very place."""
import asyncio


async def waiter(name, future):
    print(name, "begins")
    await future
    print(name, "woken")


async def yields(name):
    print(name, "begins")
    await asyncio.sleep(0)
    print(name, "second step")


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    lazy = asyncio.create_task(waiter("lazy", future))
    loop.set_task_factory(asyncio.eager_task_factory)
    eager = asyncio.create_task(waiter("eager", future))
    print("main goes on")
    loop.call_soon(print, "call_soon before")
    other = asyncio.create_task(yields("yields"))
    loop.call_soon(print, "call_soon after")
    await asyncio.sleep(0)
    future.set_result(None)
    print("main set the result")
    await lazy
    print("lazy done", lazy.done(), "eager done", eager.done(), "yields done", other.done())


asyncio.run(main())
