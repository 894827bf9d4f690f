"""What put, get and the others raise has what is being handled as its context."""
import asyncio


def chain(error):
    names = []
    while error is not None:
        names.append(type(error).__name__)
        error = error.__context__
    print(" <- ".join(names))


class Broken(asyncio.Queue):
    def empty(self):
        if getattr(self, "broken", False):
            raise LookupError
        return super().empty()


async def within(call):
    try:
        raise KeyError("outer")
    except KeyError:
        try:
            result = call()
            if asyncio.iscoroutine(result):
                await result
        except BaseException as error:
            chain(error)


async def later(task):
    await asyncio.sleep(0)
    task.cancel()
    await task


async def main():
    queue = asyncio.Queue(1)
    await within(queue.get_nowait)
    await within(queue.task_done)
    queue.put_nowait(1)
    await within(lambda: queue.put_nowait(2))
    await later(asyncio.create_task(within(lambda: queue.put(2))))
    queue.get_nowait()
    await later(asyncio.create_task(within(queue.get)))
    await later(asyncio.create_task(within(queue.join)))
    broken = Broken()
    task = asyncio.create_task(within(broken.get))
    await asyncio.sleep(0)
    broken.broken = True
    await later(task)
    await within(broken.get)
    await within(broken.get_nowait)


asyncio.run(main())
