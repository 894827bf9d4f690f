"""Of futures that are all done a gather is done itself, and awaiting it does not suspend."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(3)]
    for number, future in enumerate(futures):
        future.set_result(number)
    loop.call_soon(print, "next turn")
    gathering = asyncio.gather(*futures)
    print(gathering.done(), gathering)
    print(await gathering)
    failed, cancelled = loop.create_future(), loop.create_future()
    failed.set_exception(ValueError("x"))
    cancelled.cancel("c")
    gathering = asyncio.gather(futures[0], failed, cancelled)
    print(gathering.done(), repr(gathering.exception()), failed._log_traceback)
    gathering = asyncio.gather(failed, cancelled, return_exceptions=True)
    print(gathering.done(), gathering.result())


asyncio.run(main())
