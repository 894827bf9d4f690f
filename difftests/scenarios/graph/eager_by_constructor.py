"""The frames of a task that is being started by the constructor of Task: those of who has called it are below."""
# requires: 3.14
import asyncio


def show(words):
    graph = asyncio.capture_call_graph()
    print(words, [entry.frame.f_code.co_name for entry in graph.call_stack], [call.future.get_name() for call in graph.awaited_by])


async def inner(words):
    show(words)
    await asyncio.sleep(0)
    show("later:")


class Own(asyncio.Task):
    pass


class WithInit(asyncio.Task):
    def __init__(self, *args, **keywords):
        super().__init__(*args, **keywords)


def by_function(kind, words):
    return kind(inner(words), eager_start=True)


async def by_coroutine(kind, words):
    return kind(inner(words), loop=asyncio.get_running_loop(), eager_start=True)


async def starts_another(kind):
    show("outer:")
    return kind(inner("one in another:"), eager_start=True)


async def main():
    for kind in (asyncio.Task, Own, WithInit):
        print(kind.__name__)
        await kind(inner("by main:"), eager_start=True)
        await by_function(kind, "by a function:")
        await (await by_coroutine(kind, "by a coroutine:"))
        await (await kind(starts_another(kind), eager_start=True))
        await (await asyncio.create_task(starts_another(kind)))
        await [kind(inner("in a comprehension:"), eager_start=True) for _ in range(1)][0]


asyncio.run(main())
