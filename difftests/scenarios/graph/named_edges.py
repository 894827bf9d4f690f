"""A program may name edges, also between plain futures; what is no future is ignored, what is not there, too."""
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


def names(future):
    waiters = future._asyncio_awaited_by
    return waiters if waiters is None else len(waiters)


async def main():
    a, b, c = [asyncio.Future() for _ in range(3)]
    print(asyncio.future_add_to_awaited_by(a, b), names(a), a._asyncio_awaited_by == {b})
    asyncio.future_add_to_awaited_by(a, b)
    print(names(a))
    asyncio.future_add_to_awaited_by(b, c)
    asyncio.future_add_to_awaited_by(c, asyncio.current_task())
    show(a)
    print(asyncio.future_discard_from_awaited_by(a, c), names(a))
    asyncio.future_discard_from_awaited_by(a, b)
    print(names(a))
    asyncio.future_add_to_awaited_by(a, b)
    asyncio.future_add_to_awaited_by(a, c)
    asyncio.future_discard_from_awaited_by(a, b)
    print(names(a))
    asyncio.future_discard_from_awaited_by(a, c)
    print(names(a))
    for pair in ((a, None), (1, a), (a, "x"), (None, None)):
        print(asyncio.future_add_to_awaited_by(*pair), asyncio.future_discard_from_awaited_by(*pair), names(a))
    for function in (asyncio.future_add_to_awaited_by, asyncio.future_discard_from_awaited_by):
        for arguments in ((), (a,), (a, b, c)):
            try:
                function(*arguments)
            except TypeError as error:
                print(error)
    a.set_result(1)
    asyncio.future_add_to_awaited_by(a, b)
    print(names(a))


class Mine(asyncio.Future):
    pass


async def subclasses():
    a, b = Mine(), Mine()
    asyncio.future_add_to_awaited_by(a, b)
    print(a._asyncio_awaited_by == {b})
    show(a)
    await main()


asyncio.run(subclasses())
