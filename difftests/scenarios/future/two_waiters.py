"""All tasks that await one future wake in the order in which they began to wait."""
import asyncio


async def waiter(name, future):
    print(name, "waits")
    try:
        result = await future
        print(name, "got", result)
    except ValueError as error:
        print(name, "failed with", repr(error))
    except asyncio.CancelledError as error:
        print(name, "was cancelled", repr(error))


async def main():
    loop = asyncio.get_running_loop()
    for kind in ("result", "exception", "cancel"):
        future = loop.create_future()
        tasks = [asyncio.create_task(waiter(name, future)) for name in ("a", "b", "c")]
        await asyncio.sleep(0)
        if kind == "result":
            future.set_result([1, 2])
        elif kind == "exception":
            future.set_exception(ValueError("shared"))
        else:
            future.cancel("all of you")
        print(kind, "is set")
        late = asyncio.create_task(waiter("late", future))
        for task in tasks:
            await task
        await late


asyncio.run(main())
