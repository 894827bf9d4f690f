"""A wrapper of another loop is told by that loop's queue; a closed loop is not told."""
import asyncio
import concurrent.futures


async def wait(wrapper):
    return await wrapper


async def main(other, source, wrapper):
    source.set_result("from here")
    print(wrapper.done())


other = asyncio.new_event_loop()
source = concurrent.futures.Future()
wrapper = asyncio.wrap_future(source, loop=other)
asyncio.run(main(other, source, wrapper))
print(wrapper.done())
print(other.run_until_complete(wait(wrapper)))
source = concurrent.futures.Future()
wrapper = asyncio.wrap_future(source, loop=other)
other.close()
source.set_result("nobody hears")
print(wrapper.done())
