"""The coroutines of a queue can be the bodies of tasks: their names, and how their errors come out."""
import asyncio


async def main():
    queue = asyncio.Queue(1)
    get = asyncio.create_task(queue.get(), name="get")
    put = asyncio.create_task(queue.put("item"), name="put")
    join = asyncio.create_task(queue.join(), name="join")
    for task in (get, put, join):
        text = repr(task.get_coro())
        print(task.get_name(), text[: text.index(" at ")])
    print(await get, await put, join.done())
    queue.task_done()
    print(await join)
    done = asyncio.create_task(queue.get())
    done.cancel("early")
    try:
        await done
    except asyncio.CancelledError as error:
        print(error.args, str(queue))


asyncio.run(main())
