"""A getter or putter that was woken and is closed, or thrown something else into, wakes the next one."""
import asyncio


async def taker(queue):
    print("taker got", await queue.get())


async def giver(queue):
    await queue.put("given")
    print("giver has put")


async def main():
    for kind in ("close", "throw"):
        queue = asyncio.Queue(1)
        coroutine = queue.get()
        coroutine.send(None)
        task = asyncio.create_task(taker(queue))
        await asyncio.sleep(0)
        queue.put_nowait("item")
        if kind == "close":
            coroutine.close()
        else:
            try:
                coroutine.throw(KeyError("key"))
            except KeyError as error:
                print(repr(error))
        await task
        queue.put_nowait("first")
        coroutine = queue.put("never")
        coroutine.send(None)
        task = asyncio.create_task(giver(queue))
        await asyncio.sleep(0)
        queue.get_nowait()
        if kind == "close":
            coroutine.close()
        else:
            try:
                coroutine.throw(KeyError("key"))
            except KeyError as error:
                print(repr(error))
        await task
        print(str(queue))


asyncio.run(main())
