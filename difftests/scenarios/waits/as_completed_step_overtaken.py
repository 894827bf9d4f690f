"""A step that is woken has nothing reserved: one that comes by before takes the result, and the woken one waits on."""
import asyncio


async def show(name, step):
    print(name, "begins")
    print(name, await step)


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future(), loop.create_future()]
    first, second = asyncio.as_completed(futures)
    waiting = asyncio.create_task(show("first", first))
    await asyncio.sleep(0)
    futures[1].set_result("one")
    await asyncio.sleep(0)
    await show("second", second)
    await asyncio.sleep(0)
    print(waiting.done())
    futures[0].set_result("two")
    await waiting


asyncio.run(main())
