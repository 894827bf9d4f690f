"""A task waits for a future for two reasons: when one is gone while the future is pending, so is the edge, until there is a new one."""
# requires: 3.14.8
import asyncio


def show(words, future):
    graph = asyncio.capture_call_graph(future)
    print(" ", words, [call.future.get_name() for call in graph.awaited_by])


async def by_wait(future):
    await asyncio.wait([future], timeout=1)


async def by_cancelled_wait(future):
    async with asyncio.timeout(1) as limit:
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError:
            print("  cancelled")
    print(limit.expired())


async def by_shield(future):
    outer = asyncio.shield(future)
    await asyncio.sleep(0)
    outer.cancel()
    await asyncio.sleep(0)


async def by_as_completed(future):
    for one in asyncio.as_completed([future], timeout=1):
        try:
            await one
        except TimeoutError:
            print("  time is over")


async def fails():
    raise ValueError


async def by_gather(future):
    try:
        await asyncio.gather(future, fails())
    except ValueError:
        print("  failed")


async def stubborn(release):
    while not release.done():
        try:
            await asyncio.shield(release)
        except asyncio.CancelledError:
            pass


def gathers(future):
    return asyncio.gather(future)


def shields(future):
    return asyncio.shield(future)


def completes(future):
    return asyncio.as_completed([future])


async def wait_twice(reason, how, release):
    future = asyncio.create_task(stubborn(release), name="awaited")
    kept = reason(future)
    show("one reason", future)
    await how(future)
    show("the other is gone", future)
    again = asyncio.shield(future)
    show("and there is a new one", future)
    release.set_result(None)
    await asyncio.gather(future, again)
    return kept


async def child_of_group(how, release):
    async with asyncio.TaskGroup() as group:
        future = group.create_task(stubborn(release), name="child")
        show("one reason", future)
        await how(future)
        show("the other is gone", future)
        await how(future)
        show("once more", future)
        asyncio.get_running_loop().call_later(1, show, "in the group's exit", future)
        asyncio.get_running_loop().call_later(2, release.set_result, None)


async def main():
    asyncio.current_task().set_name("main")
    loop = asyncio.get_running_loop()
    for how in (by_wait, by_cancelled_wait, by_shield, by_as_completed, by_gather):
        for reason in (gathers, shields, completes):
            print(reason.__name__, how.__name__)
            await wait_twice(reason, how, loop.create_future())
        print("group", how.__name__)
        await child_of_group(how, loop.create_future())


asyncio.run(main())
