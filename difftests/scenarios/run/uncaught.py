"""An exception of main leaves asyncio.run after the clean-up; uncaught it is exit status 1."""
import asyncio


async def other():
    try:
        await asyncio.sleep(10)
    finally:
        print("other is left")


async def main():
    task = asyncio.create_task(other())
    await asyncio.sleep(1)
    print("main fails", task.done())
    raise LookupError("uncaught")


try:
    asyncio.run(main())
finally:
    print("run is left")
