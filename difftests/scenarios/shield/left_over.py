"""What was shielded is cancelled at the end of the run like any task."""
import asyncio


async def child():
    try:
        await asyncio.sleep(10)
    finally:
        print("child ends", asyncio.get_running_loop().time())


async def main():
    try:
        async with asyncio.timeout(1):
            await asyncio.shield(child())
    except TimeoutError:
        print("timeout")


asyncio.run(main())
