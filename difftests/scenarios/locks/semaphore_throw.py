"""What is thrown into an acquire by hand, and closing it."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def main():
    for woken in (False, True):
        for error in (asyncio.CancelledError("thrown"), ValueError("thrown"), None):
            semaphore = asyncio.Semaphore(0)
            first, second = semaphore.acquire(), semaphore.acquire()
            first.send(None)
            waits = second.send(None)
            if woken:
                semaphore.release()
            try:
                if error is None:
                    first.close()
                    print("closed")
                else:
                    first.throw(error)
            except BaseException as raised:
                print(repr(raised))
            print(woken, waits.done(), look(semaphore))
            second.close()
            print(look(semaphore))


asyncio.run(main())
