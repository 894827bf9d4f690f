"""A generator in the middle of the running stack does not end it."""
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


def numbers():
    show()
    yield 1
    yield from more()


def more():
    show()
    yield 2


async def inner():
    for number in numbers():
        print(number)
    print(list(show() or x for x in [3]))


async def main():
    await inner()
    generator = numbers()
    print(next(generator))


asyncio.run(main())
