"""The error of an inner task whose shield was cancelled, and that nobody asks for."""
import asyncio


async def child():
    await asyncio.sleep(2)
    raise ValueError("x")


async def waiter():
    await asyncio.shield(child())


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context["exception"])))
    task = asyncio.create_task(waiter())
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
    await asyncio.sleep(2)
    print("end")


asyncio.run(main())
