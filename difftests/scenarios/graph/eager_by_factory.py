"""The frames of a task that is being started eagerly: they end where a plain function of asyncio has started it."""
# requires: 3.14
import asyncio


def show(words):
    graph = asyncio.capture_call_graph()
    print(words, [entry.frame.f_code.co_name for entry in graph.call_stack], [call.future.get_name() for call in graph.awaited_by])


async def inner():
    show("started:")
    await asyncio.sleep(0)
    show("later:")


class Own(asyncio.Task):
    pass


class WithInit(asyncio.Task):
    def __init__(self, *args, **keywords):
        super().__init__(*args, **keywords)


async def main():
    loop = asyncio.get_running_loop()
    await WithInit(inner(), loop=loop, eager_start=True)
    await loop.create_task(inner(), eager_start=True)
    for kind in (asyncio.Task, Own, WithInit):
        factory = asyncio.create_eager_task_factory(kind)
        print(kind.__name__)
        await factory(loop, inner())
        loop.set_task_factory(factory)
        await loop.create_task(inner())
        await asyncio.create_task(inner())
        loop.set_task_factory(None)


asyncio.run(main())
