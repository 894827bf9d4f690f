"""wait() as the body of a task, driven by hand, closed and thrown into."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(asyncio.wait([future]), name="waiter")
    await asyncio.sleep(0)
    print(task.get_coro().__name__, task.done())
    future.set_result(1)
    done, pending = await task
    print(len(done), len(pending))

    future = loop.create_future()
    waiting = asyncio.wait([future], timeout=3)
    print(type(waiting.send(None)).__name__)
    waiting.close()
    waiting = asyncio.wait([future], timeout=3)
    waiting.send(None)
    try:
        waiting.throw(ValueError("thrown"))
    except ValueError as error:
        print(repr(error))
    waiting = asyncio.wait([future], timeout=3)
    try:
        waiting.throw(ValueError("before it starts"))
    except ValueError as error:
        print(repr(error))
    waiting = asyncio.wait([future], timeout=3)
    waiting.send(None)
    future.set_result(2)
    await asyncio.sleep(0)
    try:
        waiting.send(None)
    except StopIteration as stop:
        done, pending = stop.value
        print(len(done), len(pending), done == {future})
    try:
        waiting.send(None)
    except RuntimeError as error:
        print(error)


asyncio.run(main())
