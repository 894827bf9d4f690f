"""A cancellation between wake-up and step replaces a result or an error, but not a CancelledError."""
import asyncio


async def waiter(name, future):
    try:
        print(name, "got", await future)
    except BaseException as error:
        print(name, "raised", repr(error), asyncio.current_task().cancelling())
    await asyncio.sleep(0)
    print(name, "went on")


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future(), loop.create_future(), loop.create_future(), loop.create_future()]
    names = ["result", "error", "cancelled", "flag then none"]
    tasks = []
    for i in range(4):
        tasks.append(asyncio.create_task(waiter(names[i], futures[i])))
    await asyncio.sleep(0)
    futures[0].set_result(1)
    futures[1].set_exception(ValueError("x"))
    futures[2].cancel("the future's own")
    tasks[0].cancel("first")
    tasks[0].cancel("last")
    tasks[1].cancel("instead")
    tasks[2].cancel("ignored")
    print("pending future:", tasks[3].cancel("first"), tasks[3].cancel("last"))
    for task in tasks:
        await task
        print(task.cancelling(), task.cancelled())


asyncio.run(main())
