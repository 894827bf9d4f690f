"""return_exceptions: what is in the list counts as retrieved, with or without anybody who looks at it."""
import asyncio


async def fails(text):
    await asyncio.sleep(0)
    raise ValueError(text)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context["exception"])))
    results = await asyncio.gather(fails("one"), fails("two"), return_exceptions=True)
    print(len(results))
    del results
    await asyncio.sleep(0)
    future = loop.create_future()
    gathered = asyncio.gather(future, fails("three"), return_exceptions=True)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("the gather is dropped while one has failed and one is pending")
    gathered.cancel()
    try:
        await gathered
    except asyncio.CancelledError as error:
        print(repr(error))
    del gathered, future
    await asyncio.sleep(0)


asyncio.run(main())
