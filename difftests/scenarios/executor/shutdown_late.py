"""shutdown_default_executor with a timeout: since gh-111358 the whole of it is over then."""
# clock: real, threads take their own
import asyncio
import time


async def main():
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, time.sleep, 0.3)
    start = time.monotonic()
    await loop.shutdown_default_executor(timeout=0.1)
    print(time.monotonic() - start < 0.2, future.done())
    try:
        loop.run_in_executor(None, time.sleep, 0)
    except RuntimeError as error:
        print(error)
    print(await future)
    await loop.shutdown_default_executor(0.1)
    await loop.shutdown_default_executor()


asyncio.run(main())
