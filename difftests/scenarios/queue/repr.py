"""repr and str show maxsize, items, those who wait, unfinished tasks and the end, each only if there is something."""
import asyncio


def show(queue):
    text = repr(queue)
    print(text[: text.index(" at ")], text[text.index(" maxsize") :], str(queue))


class Named(asyncio.Queue):
    pass


class Formats(asyncio.LifoQueue):
    def _format(self):
        return "my " + super()._format()


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue, Named, Formats):
        queue = kind(2)
        show(queue)
        for item in ("b", "a"):
            queue.put_nowait(item)
        show(queue)
        task = asyncio.create_task(queue.put("c"))
        await asyncio.sleep(0)
        show(queue)
        queue.get_nowait()
        show(queue)
        await task
        show(queue)
        queue.task_done()
        queue.get_nowait(), queue.get_nowait()
        show(queue)
        queue.task_done(), queue.task_done()
        tasks = [asyncio.create_task(queue.get()) for _ in range(2)]
        await asyncio.sleep(0)
        show(queue)
        tasks[0].cancel()
        show(queue)
        await asyncio.sleep(0)
        show(queue)
        queue.put_nowait(["x"])
        show(queue)
        await tasks[1]
        show(queue)


asyncio.run(main())
