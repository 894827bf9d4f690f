"""SystemExit of a task that is being cancelled at the end leaves the clean-up; the other callbacks stay where they are."""
import asyncio


async def left(name, leaves):
    try:
        await asyncio.Future()
    except asyncio.CancelledError:
        print(name, "is cancelled")
        if leaves:
            raise SystemExit(3)
        await asyncio.Future()
        print(name, "not reached")


async def main():
    for name in "abc":
        asyncio.create_task(left(name, name == "b"), name=name)
    await asyncio.sleep(0)


try:
    asyncio.run(main())
except SystemExit as error:
    print("status", error.code)
