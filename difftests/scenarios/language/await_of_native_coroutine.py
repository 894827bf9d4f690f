"""What __await__() of a coroutine of asyncio's own gives: an iterator, for a yield from in the program's own __await__."""
import asyncio


class From:
    def __await__(self):
        result = yield from asyncio.sleep(1, "slept").__await__()
        print("from", result)
        return (yield from asyncio.sleep(0, "yielded").__await__())


class Given:
    def __await__(self):
        iterator = asyncio.Event().wait().__await__()
        print(type(iterator).__name__, iter(iterator) is iterator)
        return iterator


def attempt(function, *args):
    try:
        return function(*args)
    except (TypeError, AttributeError, StopIteration, ValueError) as error:
        return type(error).__name__, str(error)


async def main():
    print(await From())
    print(await asyncio.wait_for(From(), 5))
    try:
        await asyncio.wait_for(Given(), 2)
    except TimeoutError:
        print("late")
    coro = asyncio.sleep(0, "by hand")
    print(attempt(next, coro), attempt(iter, coro), hasattr(coro, "__next__"), hasattr(coro, "__iter__"))
    wrapper = coro.__await__()
    print(next(wrapper), attempt(wrapper.send, None), "ended")
    coro = asyncio.sleep(0, "thrown")
    wrapper = coro.__await__()
    print(wrapper.send(None), attempt(wrapper.throw, ValueError("thrown")))
    coro = asyncio.sleep(0, "closed")
    wrapper = coro.__await__()
    wrapper.send(None)
    print(wrapper.close(), coro.close())


asyncio.run(main())
