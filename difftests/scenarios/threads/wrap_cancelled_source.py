"""A thread's future that is cancelled cancels the wrapper, without a message."""
import asyncio
import concurrent.futures


async def main():
    source = concurrent.futures.Future()
    wrapper = asyncio.wrap_future(source)
    source.cancel()
    try:
        await wrapper
    except asyncio.CancelledError as error:
        print(repr(error), wrapper.cancelled())
    wrapper = asyncio.wrap_future(source)
    print(wrapper.done())
    await asyncio.sleep(0)
    print(wrapper.cancelled())


asyncio.run(main())
