"""What a thread's future says on the loop's own thread goes through the loop's queue; later it is done at once (gh-105836)."""
# flag: chain_future_cancels_in_running_loop
import asyncio
import concurrent.futures


async def main():
    source = concurrent.futures.Future()
    wrapper = asyncio.wrap_future(source)
    source.set_result(None)
    print("done at once" if wrapper.done() else "one turn later")


asyncio.run(main())
