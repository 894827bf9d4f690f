"""A task whose cancel completes another one at once: the clean-up takes what is done already into account."""
import asyncio


class Linked(asyncio.Future):
    def cancel(self, msg=None):
        print("cancel of the future")
        return super().cancel(msg=msg)


async def waits(future):
    try:
        await future
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main():
    future = Linked()
    tasks = [asyncio.create_task(waits(future)) for _ in range(2)]
    await asyncio.sleep(0)
    print(len(tasks))


asyncio.run(main())
