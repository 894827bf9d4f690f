"""asyncio.wait."""

import asyncio

from cases import boom, show_all, val


class Own(asyncio.Future):
    """A future with a method of its own."""

    def add_done_callback(self, function, *, context=None):
        print("asked")
        super().add_done_callback(function, context=context)


async def case_first():
    tasks = [asyncio.create_task(val(i, i * 100), name=str(i)) for i in range(5)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return type(done), len(done), type(pending), sorted(task.get_name() for task in pending)


async def case_generator():
    done, pending = await asyncio.wait(asyncio.create_task(val(i)) for i in range(5))
    return sorted(task.result() for task in done), pending


async def case_dictionary():
    tasks = {i: asyncio.create_task(val(i)) for i in range(5)}
    done, pending = await asyncio.wait(tasks.values())
    return sorted(task.result() for task in done), pending


async def case_twice_the_same():
    task = asyncio.create_task(val(1))
    return [len(part) for part in await asyncio.wait((task, task))]


async def case_nothing():
    return await asyncio.wait([])


async def case_nothing_in_a_generator():
    return await asyncio.wait(x for x in ())


async def case_coroutines():
    coro = val(1)
    try:
        return await asyncio.wait([coro])
    finally:
        coro.close()


async def case_one_coroutine():
    coro = val(1)
    try:
        return await asyncio.wait(coro)
    finally:
        coro.close()


async def case_one_future():
    return await asyncio.wait(asyncio.get_running_loop().create_future())


async def case_no_futures():
    return await asyncio.wait([1])


async def case_no_iterable():
    return await asyncio.wait(5)


async def case_return_when():
    return await asyncio.wait([1], return_when="x")


async def case_other_futures():
    future = Own()
    asyncio.get_running_loop().call_soon(future.set_result, 3)
    done, pending = await asyncio.wait(x for x in (future, asyncio.create_task(val(4))))
    return sorted(one.result() for one in done), pending


async def case_timeout():
    tasks = [asyncio.create_task(val(i, 5)) for i in range(3)]
    parts = await asyncio.wait(tasks, timeout=0.01)
    for task in tasks:
        task.cancel()
    return [len(part) for part in parts]


async def case_no_time():
    tasks = [asyncio.create_task(val(i)) for i in range(3)]
    return [len(part) for part in await asyncio.wait(tasks, timeout=-1)]


async def case_bad_timeout():
    return await asyncio.wait([asyncio.create_task(val(1))], timeout="x")


async def case_arguments():
    return await asyncio.wait(1, 2)


async def case_first_exception():
    tasks = [asyncio.create_task(val(1, 1)), asyncio.create_task(boom())]
    done, pending = await asyncio.wait(tasks, return_when="FIRST_EXCEPTION")
    for task in pending:
        task.cancel()
    return len(done), done.pop().exception()


async def case_cancelled():
    task = asyncio.create_task(val(1, 1))
    waiting = asyncio.create_task(asyncio.wait([task], timeout=1))
    await asyncio.sleep(0)
    waiting.cancel("cancelled")
    try:
        await waiting
    finally:
        print(task._callbacks)
        task.cancel()


async def main():
    await show_all(globals())
