"""shutdown_default_executor that is cancelled."""
# clock: real, threads take their own
import asyncio
import time


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"].split(" at 0x")[0][:20], repr(context.get("exception"))[:30]))
    future = loop.run_in_executor(None, time.sleep, 0.2)
    start = time.monotonic()
    task = asyncio.create_task(loop.shutdown_default_executor())
    await asyncio.sleep(0.1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", time.monotonic() - start < 0.15)
    await future
    await asyncio.sleep(0.05)


asyncio.run(main())
