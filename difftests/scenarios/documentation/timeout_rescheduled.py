"""The documentation's timeout that is not known at the start: timeout(None), reschedule, and expired()."""
import asyncio


async def long_running_task():
    await asyncio.sleep(3600)


def get_new_deadline():
    return asyncio.get_running_loop().time() + 10


async def main():
    try:
        async with asyncio.timeout(None) as cm:
            new_deadline = get_new_deadline()
            cm.reschedule(new_deadline)
            await long_running_task()
    except TimeoutError:
        pass
    if cm.expired():
        print("Looks like we haven't finished on time.", cm.when())


asyncio.run(main())
