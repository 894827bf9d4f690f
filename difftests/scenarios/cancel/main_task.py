"""The main task is cancelled and does not mind: asyncio.run raises CancelledError, exit status 1."""
import asyncio


async def main():
    task = asyncio.current_task()
    asyncio.get_running_loop().call_later(1, task.cancel, "from a timer")
    try:
        await asyncio.sleep(10)
    finally:
        print("main's finally", task.cancelling())


try:
    asyncio.run(main())
except asyncio.CancelledError as error:
    print("run raised", repr(error))
    raise
