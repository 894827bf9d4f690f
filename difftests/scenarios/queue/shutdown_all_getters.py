"""shutdown() wakes everybody who waits, each of them in the next turn and in their order."""
# requires: 3.13
import asyncio


async def get(name, queue):
    try:
        print(name, "got", await queue.get())
    except asyncio.QueueShutDown as error:
        print(name, repr(error))


async def main():
    for immediate in False, True:
        queue = asyncio.Queue()
        tasks = [asyncio.create_task(get(name, queue)) for name in "abc"]
        await asyncio.sleep(0)
        queue.shutdown(immediate)
        asyncio.get_running_loop().call_soon(print, "callback")
        await asyncio.wait(tasks)


asyncio.run(main())
