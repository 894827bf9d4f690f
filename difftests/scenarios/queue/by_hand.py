"""put, get and join are coroutines: nothing happens before they run; they can be sent to, thrown into and closed."""
import asyncio


def name(coroutine):
    text = repr(coroutine)
    print(text[: text.index(" at ")], coroutine.__name__, coroutine.__qualname__)
    coroutine.close()


async def main():
    queue = asyncio.Queue(1)
    name(queue.get())
    name(queue.put(1))
    name(queue.join())
    print(str(queue))
    coroutine = queue.get()
    print(coroutine.send(None) is None, str(queue))
    try:
        coroutine.throw(ValueError("thrown"))
    except ValueError as error:
        print(repr(error), str(queue))
    coroutine = queue.get()
    coroutine.send(None)
    coroutine.close()
    print(str(queue))
    coroutine = queue.get()
    coroutine.send(None)
    queue.put_nowait("item")
    try:
        coroutine.send(None)
    except StopIteration as stop:
        print("got", stop.value, str(queue))
    queue.put_nowait("again")
    coroutine = queue.put("more")
    coroutine.send(None)
    print(str(queue))
    try:
        coroutine.send(None)
    except RuntimeError as error:
        print(error, str(queue))
    coroutine = queue.put("more")
    coroutine.send(None)
    queue.get_nowait()
    coroutine.close()
    print(str(queue))
    coroutine = queue.join()
    coroutine.send(None)
    queue.task_done(), queue.task_done()
    try:
        coroutine.send(None)
    except StopIteration as stop:
        print("joined", stop.value)
    for ended in (coroutine,):
        try:
            ended.send(None)
        except RuntimeError as error:
            print(error)


asyncio.run(main())
