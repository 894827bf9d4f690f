"""A class of one's own with an __init__: before it has called the base's, there is nothing; calling it again begins anew."""
import asyncio


class Late(asyncio.Queue):
    def __init__(self, name):
        self.name = name

    def begin(self):
        super().__init__(maxsize=2)


class Named(asyncio.PriorityQueue):
    def __init__(self, name, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.name = name


def attempt(what, call):
    try:
        print(what, call())
    except AttributeError as error:
        print(what, error)


async def waits(queue):
    print("got", await queue.get())


async def main():
    late = Late("late")
    for what in ("qsize", "empty", "full", "get_nowait", "task_done"):
        attempt(what, getattr(late, what))
    attempt("repr", lambda: repr(late))
    attempt("maxsize", lambda: late.maxsize)
    late.begin()
    print(late.name, str(late))
    late.put_nowait(1)
    late.begin()
    print(str(late), late.full())
    named = Named("named", 3)
    print(named.name, str(named), Named("other", maxsize=1).maxsize)
    task = asyncio.create_task(waits(named))
    await asyncio.sleep(0)
    named.put_nowait(2)
    await task


asyncio.run(main())
