"""as_completed of nothing sets no timer, however long it may take."""
import asyncio


async def main():
    print(list(asyncio.as_completed([], timeout=5)))
    print(list(asyncio.as_completed([], timeout=0)))
    await asyncio.sleep(1)


asyncio.run(main())
