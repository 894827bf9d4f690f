"""A task ends the run by SystemExit while others are to run."""
import asyncio


async def exits():
    await asyncio.sleep(1)
    raise SystemExit(3)


async def main():
    asyncio.create_task(exits())
    asyncio.create_task(asyncio.sleep(5))
    task = asyncio.create_task(asyncio.sleep(1))
    asyncio.create_task(asyncio.sleep(1))
    await asyncio.sleep(1)


loop = asyncio.new_event_loop()
try:
    loop.run_until_complete(main())
except SystemExit as error:
    print(repr(error))
    loop.close()
    print("closed")
