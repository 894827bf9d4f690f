"""A task that swallows the cancel of its thread's future: its result goes nowhere."""
import asyncio


async def child():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        return "swallowed"


async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print("handler", context["message"].split(" at ")[0]))
    future = asyncio.run_coroutine_threadsafe(child(), asyncio.get_running_loop())
    await asyncio.sleep(1)
    print(future.cancel())
    for _ in range(5):
        await asyncio.sleep(0)
    print(future.cancelled())


asyncio.run(main())
