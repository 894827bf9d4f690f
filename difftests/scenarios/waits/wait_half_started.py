"""wait() that fails half-way leaves its timer and the callbacks so far where they are."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    for when in (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED):
        for timeout in (None, 1, 5):
            future = loop.create_future()
            try:
                await asyncio.wait([future, "no future"], timeout=timeout, return_when=when)
            except AttributeError as error:
                print(error)
            await asyncio.sleep(2)
            future.set_result(None)
            await asyncio.sleep(0)
    await asyncio.sleep(10)
    print("end")


asyncio.run(main())
