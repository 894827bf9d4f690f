"""Eager and lazy tasks side by side: the factory is taken and given back; run()'s own main task is lazy."""
import asyncio

log = []


async def body(name):
    log.append(name + " begins")
    await asyncio.sleep(0)
    log.append(name + " ends")


async def main():
    loop = asyncio.get_running_loop()
    lazy = asyncio.create_task(body("lazy one"))
    loop.set_task_factory(asyncio.eager_task_factory)
    print(loop.get_task_factory() is asyncio.eager_task_factory)
    eager = asyncio.create_task(body("eager one"))
    loop.set_task_factory(None)
    other = asyncio.create_task(body("lazy two"))
    log.append("main waits")
    await lazy
    await eager
    await other
    for line in log:
        print(line)


asyncio.run(main())
