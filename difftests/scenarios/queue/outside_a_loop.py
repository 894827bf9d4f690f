"""What does not wait needs no loop; what would have to wait fails."""
import asyncio


def drive(what, coroutine):
    try:
        print(what, coroutine.send(None))
    except StopIteration as stop:
        print(what, "returned", stop.value)
    except AttributeError as error:
        print(what, error)


queue = asyncio.Queue(1)
queue.put_nowait("before")
print(str(queue), queue.get_nowait())
drive("put", queue.put("by hand"))
drive("put", queue.put("too many"))
drive("get", queue.get())
drive("get", queue.get())
drive("join", queue.join())
queue.task_done()
queue.task_done()
drive("join", queue.join())
print(str(queue))


async def main():
    await queue.put("in the loop")
    print(await queue.get())


asyncio.run(main())
queue.put_nowait("after")
print(str(queue))
