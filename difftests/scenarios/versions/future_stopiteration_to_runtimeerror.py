"""set_exception() refuses StopIteration by a TypeError; later the future gets a RuntimeError instead (gh-112182)."""
# flag: future_stopiteration_to_runtimeerror
import asyncio


async def main():
    future = asyncio.get_running_loop().create_future()
    try:
        future.set_exception(StopIteration("x"))
        print("stored", repr(future.exception()))
    except TypeError:
        print("refused, done", future.done())


asyncio.run(main())
