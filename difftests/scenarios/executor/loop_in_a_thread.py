"""A loop of its own on another thread, told by this one to stop."""
# clock: real, threads take their own
import asyncio
import threading


def other(box, ready):
    try:
        asyncio.get_event_loop()
    except RuntimeError as error:
        print(error)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    box.append(loop)
    loop.call_soon(ready.set)
    loop.run_forever()
    loop.close()
    print("closed")


async def twice(x):
    await asyncio.sleep(0.01)
    return 2 * x


async def main():
    box, ready = [], threading.Event()
    thread = threading.Thread(target=other, args=(box, ready), name="other")
    thread.start()
    await asyncio.to_thread(ready.wait)
    future = asyncio.run_coroutine_threadsafe(twice(21), box[0])
    print(await asyncio.wrap_future(future))
    box[0].call_soon_threadsafe(box[0].stop)
    await asyncio.to_thread(thread.join)
    print(await asyncio.to_thread(asyncio.run, twice(4)))
    try:
        box[0].call_soon_threadsafe(print)
    except RuntimeError as error:
        print(error)


asyncio.run(main())
