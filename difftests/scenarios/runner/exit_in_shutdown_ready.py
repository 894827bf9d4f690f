"""A task ends the clean-up by SystemExit while others are to run: they live on until the runner's error is dealt with."""
import asyncio


async def exits():
    try:
        await asyncio.sleep(5)
    finally:
        raise SystemExit(3)


async def main():
    asyncio.create_task(exits())
    asyncio.create_task(asyncio.sleep(5))
    asyncio.create_task(asyncio.sleep(6))
    await asyncio.sleep(1)


try:
    with asyncio.Runner() as runner:
        runner.run(main())
except SystemExit as error:
    print(repr(error))
