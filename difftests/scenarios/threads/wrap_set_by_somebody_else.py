"""A wrapper that somebody else has completed: what the thread's future brings is a mistake that the handler hears of."""
import asyncio
import concurrent.futures


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("handler", type(context["exception"]).__name__))
    source = concurrent.futures.Future()
    wrapper = asyncio.wrap_future(source)
    wrapper.set_result("mine")
    await asyncio.sleep(0)
    print(source.done())
    source.set_result("too late")
    await asyncio.sleep(0)
    print(wrapper.result())


asyncio.run(main())
