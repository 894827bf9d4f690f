"""asyncio.as_completed, as both kinds of iterator."""

import asyncio
import sys

from cases import chain, show_all, val


def some():
    return [val(i, (3 - i) * 0.02) for i in range(3)]


def late():
    return [val(i, 100 if i < 2 else 0) for i in range(3)]


async def case_plain():
    return [await step for step in asyncio.as_completed(some())]


async def case_generator():
    return [await step for step in asyncio.as_completed(coro for coro in some())]


async def case_asynchronous():
    if sys.version_info < (3, 13):
        return None
    out = []
    async for future in asyncio.as_completed(some()):
        out.append((await future, type(future).__name__))
    return out


async def case_which_future():
    if sys.version_info < (3, 13):
        return None
    tasks = {asyncio.create_task(coro): i for i, coro in enumerate(some())}
    return [tasks[task] async for task in asyncio.as_completed(tasks)]


async def case_timeout():
    out = []
    for step in asyncio.as_completed(late(), timeout=0.2):
        try:
            out.append(await step)
        except TimeoutError as error:
            out.append(chain(error))
    return out


async def case_asynchronous_timeout():
    if sys.version_info < (3, 13):
        return None
    async for future in asyncio.as_completed(late(), timeout=0.2):
        print(await future)


async def case_no_iterable():
    return list(asyncio.as_completed(3))


async def case_no_awaitables():
    return list(asyncio.as_completed([3]))


async def case_nothing():
    return list(asyncio.as_completed([]))


async def case_coroutine():
    coro = val(1)
    try:
        return list(asyncio.as_completed(coro))
    finally:
        coro.close()


async def case_other_loop():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    loop.close()
    return list(asyncio.as_completed([future]))


async def case_failing():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(KeyError(3))
    return [await step for step in asyncio.as_completed([future])]


async def case_cancelled_step():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    iterator = iter(asyncio.as_completed([future]))
    task = asyncio.create_task(next(iterator))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    left = list(iterator)
    print(task.cancelled(), len(left))
    for step in left:
        step.close()
    future.cancel()


async def case_names():
    steps = asyncio.as_completed([val(1)])
    step = next(iter(steps))
    print(step.__name__, step.__qualname__, type(steps).__name__, type(steps).__module__)
    return await step


async def case_arguments():
    return list(asyncio.as_completed([], 3))


async def case_not_started():
    asyncio.as_completed(5) if sys.version_info < (3, 13) else None
    steps = asyncio.as_completed([])
    return hasattr(steps, "__anext__"), hasattr(steps, "send")


async def main():
    await show_all(globals())
