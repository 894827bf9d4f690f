"""A coroutine of acquire driven by hand: it needs no loop as long as it need not wait."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


def step(coroutine):
    try:
        print("yields", coroutine.send(None))
    except StopIteration as stop:
        print("returns", stop.value)
    except Exception as error:
        print(type(error).__name__, str(error)[-60:])


lock = asyncio.Lock()
step(lock.acquire())
step(lock.acquire())
print(lock.locked())
coroutine = lock.acquire()
print(coroutine.__name__, coroutine.__qualname__, coroutine.cr_running)
coroutine.close()
step(coroutine)
step(lock.__aexit__(None, None, None))
step(lock.__aenter__())


async def main():
    other = asyncio.Lock()
    await other.acquire()
    first, second = other.acquire(), other.acquire()
    waits = first.send(None)
    print(waits.done(), look(other))
    second.send(None)
    print(look(other))
    try:
        first.throw(ValueError("thrown"))
    except ValueError as error:
        print(repr(error), look(other))
    second.close()
    print(look(other))
    third = other.acquire()
    third.send(None)
    other.release()
    step(third)
    print(look(other))


asyncio.run(main())
step(lock.acquire())
