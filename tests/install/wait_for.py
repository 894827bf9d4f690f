"""asyncio.wait_for."""

import asyncio

from cases import boom, show_all, val


async def case_coroutine():
    return await asyncio.wait_for(val(1), 1)


async def case_late():
    return await asyncio.wait_for(val(1, 5), 0.01)


async def case_fails():
    return await asyncio.wait_for(boom(), 1)


async def case_no_time():
    return await asyncio.wait_for(val(2), 0)


async def case_future():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, 7)
    return await asyncio.wait_for(future, 1)


async def case_done_future():
    future = asyncio.get_running_loop().create_future()
    future.set_result(7)
    return await asyncio.wait_for(future, 1), await asyncio.wait_for(future, 0), await asyncio.wait_for(future, None)


async def case_late_future():
    future = asyncio.get_running_loop().create_future()
    try:
        return await asyncio.wait_for(future, 0.01)
    finally:
        print(future.cancelled())


async def case_no_time_for_a_future():
    future = asyncio.get_running_loop().create_future()
    try:
        return await asyncio.wait_for(future, -1)
    finally:
        print(future.cancelled(), future)


async def case_no_time_for_a_task():
    task = asyncio.create_task(val(1, 1))
    await asyncio.sleep(0)
    return await asyncio.wait_for(task, 0)


async def case_coroutine_of_asyncio():
    return await asyncio.wait_for(asyncio.sleep(0.001, "x"), None)


async def case_nested():
    return await asyncio.wait_for(asyncio.wait_for(asyncio.wait_for(val(3, 0.001), 1), 2), None)


async def case_gather():
    return await asyncio.wait_for(asyncio.gather(val(1), val(2)), 1)


async def case_failed_future():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(KeyError(3))
    try:
        raise IndexError
    except IndexError:
        return await asyncio.wait_for(future, 1)


async def case_cancelled():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(asyncio.wait_for(future, 10))
    await asyncio.sleep(0)
    task.cancel("m")
    try:
        await task
    finally:
        print(future, task.cancelled())


async def case_awaited_already():
    coro = val(1, 1)
    task = asyncio.create_task(coro)
    await asyncio.sleep(0)
    try:
        return await asyncio.wait_for(coro, 1)
    finally:
        task.cancel()


async def case_used_up():
    coro = val(1)
    await coro
    return await asyncio.wait_for(coro, 1)


class Awaitable:
    def __await__(self):
        yield from asyncio.sleep(0.001).__await__()
        return "awaited"


async def case_awaitable():
    return await asyncio.wait_for(Awaitable(), 1)


async def case_no_awaitable():
    return await asyncio.wait_for(3, 1)


async def case_words():
    return await asyncio.wait_for(val(1), "a")


async def case_infinite():
    return await asyncio.wait_for(val(1), float("inf"))


async def case_too_large():
    return await asyncio.wait_for(val(1), 10**400)


async def case_arguments():
    return asyncio.wait_for(val(1))


async def case_by_name():
    return await asyncio.wait_for(timeout=True, fut=val(1))


async def case_swallows():
    async def stubborn():
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            return "no"

    return await asyncio.wait_for(stubborn(), 0.01)


async def case_raises_another():
    async def other():
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            raise ValueError("x")

    return await asyncio.wait_for(other(), 0.01)


async def case_closed():
    async def inner():
        try:
            await asyncio.sleep(1)
        finally:
            print("inner ends")

    coro = asyncio.wait_for(inner(), 1)

    async def step():
        coro.send(None)
        coro.close()

    await step()
    coro.close()
    return coro.cr_running, coro.cr_suspended


async def main():
    await show_all(globals())
    coro = asyncio.wait_for(None, None)
    print(coro.__name__, coro.__qualname__, asyncio.iscoroutine(coro))
    coro.close()
