"""_asyncio_awaited_by is None, or a frozenset of those who wait; it is a copy."""
# requires: 3.14
import asyncio


async def waiter(future):
    await future


def names(future):
    waiters = future._asyncio_awaited_by
    if waiters is None:
        return None
    return type(waiters).__name__, sorted(waiter.get_name() for waiter in waiters)


async def main():
    future = asyncio.Future()
    print(names(future), names(asyncio.current_task()))
    one = asyncio.create_task(waiter(future), name="one")
    await asyncio.sleep(0)
    before = future._asyncio_awaited_by
    print(names(future), before == {one}, one in before)
    two = asyncio.create_task(waiter(future), name="two")
    await asyncio.sleep(0)
    print(names(future), before == {one})
    two.cancel()
    print(names(future))
    await asyncio.sleep(0)
    print(future._asyncio_awaited_by or (), future.cancelled())
    try:
        future._asyncio_awaited_by = None
    except AttributeError as error:
        print(error)


asyncio.run(main())
