"""An async generator that runs is in the stack; the stack of one that is suspended ends before it."""
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


async def numbers(name):
    try:
        show()
        yield 1
        await asyncio.sleep(1)
        show()
        yield 2
    finally:
        show()


async def consume(name):
    async for number in numbers(name):
        print(name, number)


async def by_anext():
    generator = numbers("anext")
    print(await anext(generator))
    print(await generator.__anext__())
    await generator.aclose()


async def main():
    task = asyncio.create_task(consume("for"), name="for")
    await asyncio.sleep(0.5)
    show(task)
    await task
    await by_anext()
    print([x async for x in numbers("comprehension")])


asyncio.run(main())
