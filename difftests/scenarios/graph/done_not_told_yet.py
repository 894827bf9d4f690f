"""A future that is done keeps who waits for it in asyncio's own ways, until its callback has run."""
# requires: 3.14.8
import asyncio


def names(future):
    return sorted(waiter.get_name() for waiter in future._asyncio_awaited_by or ())


async def gathers(*futures):
    await asyncio.gather(*futures)


async def shields(*futures):
    for future in futures:
        await asyncio.shield(future)


async def waits(*futures):
    await asyncio.wait(futures)


async def waits_for_one(*futures):
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(1)


async def waits_for(*futures):
    for future in futures:
        await asyncio.wait_for(future, 10)


async def completes(*futures):
    async for one in asyncio.as_completed(futures):
        pass


async def completes_by_hand(*futures):
    for one in asyncio.as_completed(futures):
        await one


async def awaits(future):
    await future


async def try_one(make, has_tasks, cancels):
    futures = [asyncio.get_running_loop().create_future() for _ in range(2)]
    awaited = [asyncio.create_task(awaits(future)) for future in futures] if has_tasks else futures
    task = asyncio.create_task(make(*awaited), name="waiter")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if cancels:
        awaited[0].cancel()
    else:
        futures[0].set_result(1)
    for _ in range(4):
        print(" ", *[names(future) for future in awaited])
        await asyncio.sleep(0)
    task.cancel()
    print(" ", *[names(future) for future in awaited])
    await asyncio.wait([task])
    futures[1].cancel()


async def main():
    for make in (gathers, shields, waits, waits_for_one, waits_for, completes, completes_by_hand):
        for has_tasks in (False, True):
            for cancels in (False, True):
                print(make.__name__, has_tasks, cancels)
                await try_one(make, has_tasks, cancels)


asyncio.run(main())
