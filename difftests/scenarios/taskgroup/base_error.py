"""SystemExit of the body is raised bare after all children ended, and hides the other errors."""
import asyncio


async def child(delay):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError:
        print("child of", delay, "cancelled")
        raise ValueError("hidden")


async def grouped(kind):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(1))
            group.create_task(child(2))
            await asyncio.sleep(0)
            print("body raises")
            if kind == "exit":
                raise SystemExit(3)
            raise KeyboardInterrupt("now")
    except BaseException as error:
        print("group raised", repr(error), asyncio.current_task().cancelling())


async def main():
    await grouped("exit")
    await grouped("interrupt")
    print(f"{asyncio.get_running_loop().time():.3f}")


asyncio.run(main())
