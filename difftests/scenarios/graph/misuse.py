"""What is no future, or too much, is refused."""
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


async def coroutine():
    pass


async def main():
    coro = coroutine()
    for thing in (1, "x", main, [None]):
        for function in (asyncio.capture_call_graph, asyncio.format_call_graph, asyncio.print_call_graph):
            try:
                function(thing)
            except TypeError as error:
                print(str(error).partition(" at 0x")[0])
    coro.close()
    for arguments, keywords in (((None, 1), {}), ((), {"future": None}), ((), {"nonsense": 1}), ((None,), {"limit": "x"})):
        try:
            asyncio.capture_call_graph(*arguments, **keywords)
        except TypeError as error:
            print(type(error).__name__)
    show(None)


asyncio.run(main())
