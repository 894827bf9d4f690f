"""In a callback there is no current task; without a loop only a given future has a graph."""
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


def callback():
    print(asyncio.capture_call_graph(), repr(asyncio.format_call_graph()))
    asyncio.print_call_graph()


async def work():
    await asyncio.sleep(1)


async def main():
    asyncio.get_running_loop().call_soon(callback)
    await asyncio.sleep(0)
    task = asyncio.create_task(work(), name="work")
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(show, task)
    await task
    return task


for function in (asyncio.capture_call_graph, asyncio.format_call_graph, asyncio.print_call_graph):
    try:
        function()
    except RuntimeError as error:
        print(repr(error))
done = asyncio.run(main())
show(done)
loop = asyncio.new_event_loop()
pending = loop.create_task(work(), name="pending")
show(pending)
loop.run_until_complete(pending)
loop.close()
