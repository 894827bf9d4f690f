"""The frames of a function that a coroutine of asyncio calls: a condition's predicate, and an iterator that wait_for drives."""
# requires: 3.14
import asyncio


def show(words):
    print(words, [entry.frame.f_code.co_name for entry in asyncio.capture_call_graph().call_stack])
    return True


class Steps:
    def __init__(self, count):
        self.count = count

    def __await__(self):
        show("awaited")
        return self

    def __iter__(self):
        return self

    def __next__(self):
        show("next")
        if self.count == 0:
            raise StopIteration
        self.count -= 1


class Yielding:
    def __await__(self):
        show("before")
        yield
        show("after")


def ask(ready, words):
    show(words)
    return bool(ready)


async def waits(condition, ready):
    async with condition:
        await condition.wait_for(lambda: show("once"))
        print(condition.locked(), await condition.wait_for(lambda: ask(ready, "several times")))


async def main():
    condition, ready = asyncio.Condition(), []
    task = asyncio.create_task(waits(condition, ready))
    for _ in range(3):
        await asyncio.sleep(0)
        async with condition:
            condition.notify_all()
        await asyncio.sleep(0)
        ready += [1] if _ else []
    await task
    await Steps(1)
    await Yielding()
    await asyncio.wait_for(Yielding(), 1)
    await asyncio.wait_for(Steps(1), None)
    await asyncio.wait_for(Steps(1), 1)


asyncio.run(main())
