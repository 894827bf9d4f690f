"""A block that cancels its own task while the timeout expires, and one that takes the timeout's request back."""
import asyncio


async def cancels():
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(1) as limit:
            try:
                await asyncio.sleep(5)
            finally:
                task.cancel("again")
                print(task.cancelling())
    except BaseException as error:
        print(repr(error), limit, task.cancelling())
        raise


async def uncancels():
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(1) as limit:
            try:
                await asyncio.sleep(5)
            finally:
                print(task.uncancel())
    except BaseException as error:
        print(repr(error), limit, task.cancelling())


async def main():
    task = asyncio.create_task(cancels())
    await asyncio.wait_for(asyncio.sleep(2), None)
    print(task.cancelled())
    await asyncio.create_task(uncancels())


asyncio.run(main())
