"""What swallows the cancellation and returns a value gives it; what raises another error raises that."""
import asyncio


async def swallows():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        return "swallowed"


async def fails():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        raise KeyError("instead") from None


async def main():
    loop = asyncio.get_running_loop()
    print(await asyncio.wait_for(swallows(), 1))
    try:
        await asyncio.wait_for(fails(), 1)
    except KeyError as error:
        print(repr(error))
    task = asyncio.create_task(swallows())
    print(await asyncio.wait_for(task, 1))
    print(asyncio.current_task().cancelling(), f"{loop.time():.3f}")


asyncio.run(main())
