"""A timer that cancels the current task: a timeout built by hand, with uncancel."""
import asyncio


class Deadline(Exception):
    pass


async def limited(seconds, coro):
    task = asyncio.current_task()
    expired = []

    def expire():
        expired.append(True)
        task.cancel()

    handle = asyncio.get_running_loop().call_later(seconds, expire)
    try:
        return await coro
    except asyncio.CancelledError as error:
        if expired and task.uncancel() == 0:
            raise Deadline(f"after {seconds}") from error
        raise
    finally:
        handle.cancel()


async def main():
    print(await limited(2, asyncio.sleep(1, "in time")))
    try:
        await limited(1, asyncio.sleep(5, "too late"))
    except Deadline as error:
        print(repr(error), repr(error.__cause__), asyncio.current_task().cancelling())
    try:
        await limited(3, limited(1, asyncio.sleep(5)))
    except Deadline as error:
        print("inner", repr(error))
    print(f"{asyncio.get_running_loop().time():.1f}")


asyncio.run(main())
