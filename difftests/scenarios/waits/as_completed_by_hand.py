"""A step that is closed or thrown into while it waits, and before it begins."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(4)]
    steps = list(asyncio.as_completed(futures))
    steps[0].send(None)
    steps[0].close()
    steps[1].send(None)
    try:
        steps[1].throw(ValueError("thrown"))
    except ValueError as error:
        print(repr(error))
    try:
        steps[2].throw(ValueError("before it begins"))
    except ValueError as error:
        print(repr(error))
    futures[2].set_result("result")
    print(await steps[3])


asyncio.run(main())
