"""SystemExit of a submitted coroutine leaves the loop; the thread's future hears of it only if the loop runs on."""
import asyncio


async def child():
    raise SystemExit(3)


loop = asyncio.new_event_loop()
future = asyncio.run_coroutine_threadsafe(child(), loop)
try:
    loop.run_until_complete(asyncio.sleep(1))
except SystemExit as error:
    print("status", error.code, future.done())
loop.run_until_complete(asyncio.sleep(0))
print(future.done(), repr(future.exception()))
loop.close()
