"""Who waits for an event is woken in the order of coming, among everything else that is ready."""
import asyncio


async def waiter(event, name, again):
    await event.wait()
    print(name)
    if again:
        event.clear()
        await asyncio.sleep(0)
        event.set()


async def main():
    loop = asyncio.get_running_loop()
    one, two = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(waiter(event, name, name == "b")) for event, name in ((one, "a"), (two, "b"), (one, "c"))]
    await asyncio.sleep(0)
    loop.call_soon(print, "before")
    two.set()
    one.set()
    loop.call_soon(print, "after")
    for task in tasks:
        await task
    print(two.is_set(), one.is_set())


asyncio.run(main())
