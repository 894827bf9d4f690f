"""wait() always suspends, also if everything is done; what ends between the wake-up and the step counts as done."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_result(1)
    loop.call_soon(print, "before the callback")
    done, pending = await asyncio.wait([future])
    print("after", len(done))
    first, second = loop.create_future(), loop.create_future()
    first.set_result(1)
    loop.call_soon(loop.call_soon, second.set_result, 2)
    done, pending = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
    print("both are done", len(done), len(pending))


asyncio.run(main())
