"""put and get ask full, empty, put_nowait and get_nowait of the class, which may be replaced, or raise."""
import asyncio


class Limited(asyncio.Queue):
    limit = 1

    def qsize(self):
        print("qsize")
        return super().qsize()

    def full(self):
        answer = self.qsize() >= self.limit
        print("full", answer)
        return answer

    def empty(self):
        answer = super().empty()
        print("empty", answer)
        return answer

    def put_nowait(self, item):
        print("put_nowait", item)
        return super().put_nowait([item]) or "put"

    def get_nowait(self):
        print("get_nowait")
        return super().get_nowait() + ["got"]


class Broken(asyncio.Queue):
    broken = False

    def empty(self):
        if self.broken:
            raise LookupError("empty is broken")
        return super().empty()


async def main():
    queue = Limited()
    print(await queue.put("a"))
    task = asyncio.create_task(queue.put("b"))
    await asyncio.sleep(0)
    print(await queue.get())
    print(await task)
    task = asyncio.create_task(queue.put("c"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    print(task.cancelled(), await queue.get())

    queue = Broken()
    task = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.broken = True
    task.cancel()
    try:
        await task
    except LookupError as error:
        print(repr(error), type(error.__context__).__name__)
    try:
        await queue.get()
    except LookupError as error:
        print(repr(error), error.__context__)


asyncio.run(main())
