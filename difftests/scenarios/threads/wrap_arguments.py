"""What wrap_future takes: a future of asyncio is given back, a thread's is wrapped, anything else is an AssertionError."""
import asyncio
import concurrent.futures


async def nothing():
    pass


async def main():
    loop = asyncio.get_running_loop()
    own = loop.create_future()
    task = asyncio.create_task(nothing())
    print(asyncio.wrap_future(own) is own, asyncio.wrap_future(task, loop=None) is task)
    try:
        asyncio.wrap_future(7)
    except AssertionError as error:
        print(error)
    other = asyncio.new_event_loop()
    wrapper = asyncio.wrap_future(concurrent.futures.Future(), loop=other)
    print(wrapper.get_loop() is other)
    other.close()
    await task


asyncio.run(main())
