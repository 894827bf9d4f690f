"""What set_default_executor and run_in_executor refuse."""
# clock: real, threads take their own
import asyncio
from concurrent.futures import ThreadPoolExecutor


async def coroutine():
    pass


async def main():
    loop = asyncio.get_running_loop()
    try:
        loop.set_default_executor(7)
    except TypeError as error:
        print(error)
    loop.set_debug(True)
    for callback in (coroutine, 5):
        try:
            loop.run_in_executor(None, callback)
        except TypeError as error:
            print(str(error).split(" at 0x")[0])
    loop.set_debug(False)
    own = ThreadPoolExecutor(2, "mine")
    loop.set_default_executor(own)
    print(await loop.run_in_executor(None, pow, 2, 3))
    await loop.shutdown_default_executor()
    try:
        own.submit(pow, 1, 1)
    except RuntimeError as error:
        print(error)
    try:
        ThreadPoolExecutor(0)
    except ValueError as error:
        print(error)


asyncio.run(main())
loop = asyncio.new_event_loop()
loop.close()
try:
    loop.run_in_executor(None, pow, 2, 3)
except RuntimeError as error:
    print(error)
