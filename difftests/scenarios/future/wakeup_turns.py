"""How many turns lie between set_result, the callbacks, the waiting task, and the task that waits for it."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 12:
        loop.call_soon(tick, loop)


async def inner(future):
    await future
    print(turn, "inner wakes")
    return "value"


async def middle(future):
    value = await asyncio.create_task(inner(future))
    print(turn, "middle wakes")
    return value


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda future: print(turn, "callback"))
    task = asyncio.create_task(middle(future))
    task.add_done_callback(lambda task: print(turn, "callback of the task"))
    for i in range(3):
        await asyncio.sleep(0)
    loop.call_soon(tick, loop)
    print(turn, "set")
    future.set_result(None)
    value = await task
    print(turn, value)


asyncio.run(main())
