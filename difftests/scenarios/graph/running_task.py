"""The running task's stack is that of all functions that run, not only coroutines."""
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


def plain(limit):
    if limit > 0:
        plain(limit - 1)
    else:
        show()
        show(asyncio.current_task())


async def inner():
    plain(2)
    [plain(0) for _ in range(1)]
    (lambda: show())()


class Thing:
    def __init__(self):
        show()

    @property
    def attribute(self):
        show()
        return 1

    async def method(self):
        show()


async def main():
    show()
    await inner()
    thing = Thing()
    print(thing.attribute)
    await thing.method()
    print(sorted([2, 1], key=lambda x: show() or x))


asyncio.run(main())
