"""SystemExit of main: the loop is cleaned up, and its code is the exit status."""
import asyncio


async def other():
    try:
        await asyncio.sleep(10)
    finally:
        print("other is left")


async def main():
    task = asyncio.create_task(other())
    await asyncio.sleep(1)
    try:
        raise SystemExit(42)
    finally:
        print("main is left", task.done())


asyncio.run(main())
print("not reached")
