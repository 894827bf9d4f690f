"""asyncio.timeout, timeout_at and Timeout."""

import asyncio
import fractions
import gc
import inspect

from cases import chain, show_all, val


async def case_expires():
    async with asyncio.timeout(0.01) as timeout:
        print(repr(timeout)[:23], timeout.expired())
        await asyncio.sleep(1)


async def case_is_used_once():
    timeout = asyncio.timeout(0.01)
    print(timeout)
    try:
        async with timeout:
            await asyncio.sleep(1)
    except TimeoutError as error:
        print(chain(error), timeout, timeout.expired())
    try:
        timeout.reschedule(3)
    except RuntimeError as error:
        print(error)
    async with timeout:
        pass


async def case_finishes():
    async with asyncio.timeout(10) as timeout:
        print(await val(1))
    print(timeout, timeout.expired())
    timeout.reschedule(None)


async def case_deadlines():
    async with asyncio.timeout(None) as timeout:
        print(timeout, timeout.when())
        for when in (10**400, 10**10, float("inf"), asyncio.get_running_loop().time() + fractions.Fraction(100)):
            timeout.reschedule(when)
            print(str(timeout)[:20], timeout.when() == when)
        timeout.reschedule("x")


async def case_rescheduled_to_now():
    async with asyncio.timeout(None) as timeout:
        timeout.reschedule(asyncio.get_running_loop().time() - 1)
        await asyncio.sleep(1)


async def case_fraction():
    async with asyncio.timeout_at(fractions.Fraction(1, 3)) as timeout:
        print(timeout)
        await asyncio.sleep(1)


async def case_bad_deadline():
    async with asyncio.timeout_at("x"):
        pass


async def case_bad_delay():
    asyncio.timeout("x")


async def case_arguments():
    asyncio.timeout()


async def case_arguments_at():
    asyncio.timeout_at(1, 2)


async def case_arguments_of_the_class():
    asyncio.Timeout()


async def case_by_name():
    return asyncio.Timeout(when=3).when(), asyncio.timeout_at(when=4).when(), asyncio.timeout(delay=None).when()


async def case_not_entered():
    asyncio.Timeout(1).reschedule(2)


async def case_exit_without_enter():
    await asyncio.Timeout(1).__aexit__(None, None, None)


async def case_raises_another():
    try:
        async with asyncio.timeout(0.01):
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                raise ValueError("y")
    finally:
        print(asyncio.current_task().cancelling())


async def case_past():
    async with asyncio.timeout(-1):
        await asyncio.sleep(1)


async def case_cancelled_too():
    async def body():
        try:
            async with asyncio.timeout(0):
                asyncio.current_task().cancel("mine")
                await asyncio.sleep(1)
        finally:
            print(asyncio.current_task().cancelling())

    await asyncio.create_task(body())


async def case_nested():
    async with asyncio.timeout(0.01) as outer:
        try:
            async with asyncio.timeout(10) as inner:
                await asyncio.sleep(1)
        finally:
            print(outer.expired(), inner.expired())


async def case_group():
    try:
        async with asyncio.timeout(0.01):
            async with asyncio.TaskGroup() as group:

                async def fail():
                    try:
                        await asyncio.sleep(1)
                    finally:
                        raise KeyError

                group.create_task(fail())
    except ExceptionGroup as error:
        print(chain(error), chain(error.exceptions[0]))


async def case_entered_twice():
    timeout = asyncio.timeout(1)
    async with timeout:
        async with timeout:
            pass


async def case_left_by_hand():
    timeout = asyncio.timeout(0)
    await timeout.__aenter__()
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        left = error
    print(asyncio.current_task().cancelling(), timeout)
    await timeout.__aexit__(type(left), left, None)


async def case_subclass():
    class Mine(asyncio.Timeout):
        def expired(self):
            return "mine", super().expired()

    mine = Mine(None)
    mine.more = 3
    async with mine as entered:
        return entered is mine, mine.expired(), mine.more, vars(mine)["more"]


async def case_forgotten():
    timeout = asyncio.timeout(0.01)
    await timeout.__aenter__()
    del timeout
    gc.collect()
    try:
        await asyncio.sleep(1)
    finally:
        print(asyncio.current_task().uncancel())


async def case_looks():
    for function in (asyncio.timeout, asyncio.timeout_at, asyncio.Timeout.reschedule, asyncio.Timeout.__aenter__):
        print(inspect.signature(function), function.__qualname__, function.__module__, inspect.iscoroutinefunction(function))
    return asyncio.Timeout, asyncio.Timeout.__doc__[:20]


async def main():
    await show_all(globals())
