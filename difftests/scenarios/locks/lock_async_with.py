"""async with a lock: the target is None, and every way out gives the lock up."""
import asyncio


async def body(lock, how, event):
    async with lock as target:
        print(how, target, lock.locked())
        if how == "return":
            return 7
        if how == "raise":
            raise KeyError(how)
        if how == "cancel":
            await event.wait()


async def main():
    lock, event = asyncio.Lock(), asyncio.Event()
    for how in ("fall", "return", "raise", "cancel"):
        task = asyncio.create_task(body(lock, how, event))
        await asyncio.sleep(0)
        task.cancel()
        try:
            print(await task)
        except KeyError as error:
            print(repr(error))
        except asyncio.CancelledError:
            print("cancelled")
        print(lock.locked())
    try:
        async with lock:
            lock.release()
    except RuntimeError as error:
        print(error, error.__context__)
    try:
        async with lock:
            lock.release()
            raise ValueError("body")
    except RuntimeError as error:
        print(error, repr(error.__context__))


asyncio.run(main())
