"""SystemExit of a task nobody waits for ends the program at once, with main still waiting."""
import asyncio


async def leave():
    await asyncio.sleep(1)
    print("leave")
    raise SystemExit(5)


async def main():
    task = asyncio.create_task(leave())
    try:
        await asyncio.sleep(10)
        print("not reached")
    except asyncio.CancelledError as error:
        print("main is cancelled", repr(error), task.done())
        raise


asyncio.run(main())
