"""Only a cancellation passes the lock on: any other error that is thrown into one who was woken leaves the rest asleep."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


class Stop(asyncio.CancelledError):
    pass


async def main():
    for error in (ValueError("thrown"), asyncio.CancelledError("thrown"), Stop("thrown")):
        lock = asyncio.Lock()
        await lock.acquire()
        first, second = lock.acquire(), lock.acquire()
        first.send(None)
        waits = second.send(None)
        lock.release()
        try:
            first.throw(error)
        except BaseException as raised:
            print(repr(raised), raised is error, look(lock), waits.done())
        second.close()


asyncio.run(main())
