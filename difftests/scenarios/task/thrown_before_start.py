"""What is thrown into a coroutine that has not started comes out as it is, whatever is being handled: asyncio's own, too."""
import asyncio


async def own():
    await asyncio.sleep(1)


def throw_into(coroutine):
    try:
        raise KeyError("handled")
    except KeyError:
        try:
            coroutine.throw(ValueError("thrown"))
        except ValueError as error:
            print(coroutine.__qualname__, repr(error), repr(error.__context__))


def done(future):
    error = future.exception()
    print(repr(error), repr(error.__context__))


async def throws():
    condition, event = asyncio.Condition(), asyncio.Event()
    for make in (own, event.wait, asyncio.Lock().acquire, asyncio.Queue().get, asyncio.Queue().join, condition.wait):
        throw_into(make())
    throw_into(asyncio.sleep(1))
    throw_into(asyncio.wait([asyncio.Future()]))
    throw_into(condition.wait_for(print))
    throw_into(asyncio.TaskGroup().__aenter__())


async def gathers():
    for coroutine in (asyncio.sleep(1), own()):
        asyncio.gather(coroutine).add_done_callback(done)


async def leaves():
    """What is gathered by another task starts in the turn after the last one."""
    await gathers()
    asyncio.create_task(gathers())


asyncio.run(throws())
try:
    with asyncio.Runner() as runner:
        runner.run(leaves())
        raise LookupError("around the close")
except LookupError as error:
    print(repr(error))
