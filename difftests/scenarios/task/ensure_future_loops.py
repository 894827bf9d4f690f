"""ensure_future on another loop: a future of a loop is refused by others; a coroutine that no loop takes is closed."""
import asyncio


class Imitation:
    _asyncio_future_blocking = False

    def __init__(self, loop):
        self.loop = loop

    def get_loop(self):
        return self.loop


async def value(x):
    return x


async def main():
    loop = asyncio.get_running_loop()
    other = asyncio.new_event_loop()
    future = loop.create_future()
    imitation = Imitation(loop)
    for found in (future, imitation):
        print(asyncio.isfuture(found), asyncio.ensure_future(found, loop=loop) is found)
        try:
            asyncio.ensure_future(found, loop=other)
        except ValueError as error:
            print(error)
    other.close()
    coro = value(1)
    try:
        asyncio.ensure_future(coro, loop=other)
    except RuntimeError as error:
        print(error)
    try:
        await coro
    except RuntimeError as error:
        print(error)

    def refuse(loop, coro, **keywords):
        raise RuntimeError("no tasks today")

    loop.set_task_factory(refuse)
    coro = value(2)
    try:
        asyncio.ensure_future(coro)
    except RuntimeError as error:
        print(error)
    loop.set_task_factory(None)
    try:
        await coro
    except RuntimeError as error:
        print(error)


asyncio.run(main())
