"""SystemExit of a child leaves the loop before the gather is told."""
import asyncio


async def leave():
    await asyncio.sleep(1)
    raise SystemExit(5)


async def other():
    try:
        await asyncio.sleep(10)
    finally:
        print("other ends")


async def main():
    try:
        await asyncio.gather(leave(), other())
    except BaseException as error:
        print("main", repr(error))
        raise


try:
    asyncio.run(main())
except SystemExit as error:
    print("exit", error.code)
