"""The chain goes through coroutines alone: it ends at an object with __await__, and at what drives by hand."""
# requires: 3.14
import asyncio


def show(future=None, **options):
    """The graph without ids, and without the lines of asyncio's own functions."""
    for line in asyncio.format_call_graph(future, depth=2, **options).split("\n"):
        indent, _, place = line.partition("File ")
        if place:
            file, number, name = place.split(", ")
            is_own = file.strip("'").split("/")[-2:-1] != ["asyncio"]
            print(indent + name[3:], number if is_own else "")
        else:
            print(line.partition("id=")[0])


class ByGenerator:
    def __init__(self, future):
        self.future = future

    def __await__(self):
        yield from self.future


class ByCoroutine:
    def __init__(self, future):
        self.future = future

    def __await__(self):
        return wait(self.future).__await__()


class Manager:
    def __init__(self, future):
        self.future = future

    async def __aenter__(self):
        await wait(self.future)

    async def __aexit__(self, *error):
        await wait(self.future)


class Iterator:
    def __init__(self, future):
        self.future = future

    def __aiter__(self):
        return self

    async def __anext__(self):
        await wait(self.future)
        raise StopAsyncIteration


async def wait(future):
    await future


async def await_it(thing):
    await thing


async def enter(future):
    async with Manager(future):
        pass


async def loop_over(future):
    async for _ in Iterator(future):
        pass


async def by_hand(future):
    coro = wait(future)
    coro.send(None)
    try:
        show()
        await asyncio.sleep(1)
    finally:
        coro.close()


async def main():
    future = asyncio.Future()
    things = [await_it(ByGenerator(future)), await_it(ByCoroutine(future)), await_it(wait(future)), enter(future)]
    tasks = [asyncio.create_task(thing) for thing in [*things, loop_over(future), by_hand(future)]]
    await asyncio.sleep(0.5)
    for task in tasks:
        show(task)
    print(sorted(task.get_name() for task in future._asyncio_awaited_by))
    future.set_result(None)
    for task in tasks:
        await task


asyncio.run(main())
