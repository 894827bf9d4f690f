"""The coroutine driven by hand inside of a task: what it yields, and what can be thrown into it."""
import asyncio


class Awaitable:
    def __await__(self):
        try:
            got = yield "first"
            print("got", got)
            got = yield None
            print("got", got)
        except ValueError as error:
            print("thrown", repr(error))
            yield "second"
        finally:
            print("finally")
        return "result"


async def main():
    coro = asyncio.wait_for(Awaitable(), 5)
    print(coro.send(None))
    print(coro.send(1))
    try:
        coro.send(2)
    except StopIteration as stop:
        print(stop.value)
    coro = asyncio.wait_for(Awaitable(), 5)
    print(coro.send(None))
    print(coro.throw(ValueError("v")))
    coro.close()
    coro = asyncio.wait_for(Awaitable(), None)
    print(coro.send(None))
    try:
        coro.throw(KeyError("k"))
    except KeyError as error:
        print(repr(error))
    coro = asyncio.wait_for(Awaitable(), None)
    print(coro.send(None))
    coro.close()
    coro.close()
    future = asyncio.get_running_loop().create_future()
    coro = asyncio.wait_for(future, 5)
    print(coro.send(None) is future, future._asyncio_future_blocking)
    try:
        coro.send(None)
    except RuntimeError as error:
        print(error)
    coro = asyncio.wait_for(future, 5)
    print(coro.send(None) is future)
    future.set_result(3)
    try:
        coro.send(None)
    except StopIteration as stop:
        print(stop.value)


asyncio.run(main())
