"""A second __init__ makes a future pending again, and forgets what it had; later it is a RuntimeError (gh-142615)."""
# flag: future_init_once
import asyncio


def again(thing, *args, **keywords):
    try:
        thing.__init__(*args, loop=asyncio.get_running_loop(), **keywords)
        print("made again")
    except RuntimeError as error:
        print("RuntimeError", error)
    print("done", thing.done())


async def body():
    return "result"


async def main():
    loop = asyncio.get_running_loop()
    future = asyncio.Future(loop=loop)
    future.add_done_callback(lambda future: print("the first callback"))
    again(future)
    future.add_done_callback(lambda future: print("the second callback"))
    future.set_result(1)
    again(future)
    await asyncio.sleep(0)

    task = asyncio.Task(body(), loop=loop, name="first")
    await task
    coro = body()
    again(task, coro, name="second")
    print(task.get_name(), await task)
    coro.close()


asyncio.run(main())
