"""depth leaves out the innermost frames of the running task; more than there are is a ValueError."""
# requires: 3.14
import asyncio


def graph(depth):
    captured = asyncio.capture_call_graph(depth=depth)
    return [entry.frame.f_code.co_name for entry in captured.call_stack]


async def inner():
    def plain():
        for depth in (-1, 0, 1, 2, 3, 4):
            print(depth, graph(depth))

    plain()


async def other():
    await asyncio.sleep(1)


async def main():
    await inner()
    task = asyncio.create_task(other())
    await asyncio.sleep(0)
    print([entry.frame.f_code.co_name for entry in asyncio.capture_call_graph(task, depth=5).call_stack])
    for function in (asyncio.capture_call_graph, asyncio.format_call_graph, asyncio.print_call_graph):
        try:
            function(depth=1000)
        except ValueError as error:
            print(repr(error))


asyncio.run(main())
