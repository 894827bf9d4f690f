"""uncancel() only counts down: a cancellation that was not delivered yet still comes.  Later the count of 0 drops it
(gh-116720)."""
# flag: uncancel_clears_must_cancel
import asyncio


async def main():
    task = asyncio.current_task()
    task.cancel()
    print("count", task.uncancel())
    try:
        await asyncio.sleep(0)
        print("not cancelled")
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
