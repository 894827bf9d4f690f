"""Several shields of one task: each may be cancelled for itself; an error is told of once."""
import asyncio


async def child():
    await asyncio.sleep(2)
    raise ValueError("x")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"]))
    task = asyncio.create_task(child())
    shields = [asyncio.shield(task) for _ in range(3)]
    await asyncio.sleep(1)
    shields[0].cancel()
    shields[2].cancel()
    try:
        await shields[1]
    except ValueError as error:
        print(repr(error))
    print([shield.cancelled() for shield in shields])
    task = asyncio.create_task(child())
    shields = [asyncio.shield(task) for _ in range(2)]
    await asyncio.sleep(1)
    for shield in shields:
        shield.cancel()
    await asyncio.sleep(2)
    print(repr(task.exception()))


asyncio.run(main())
