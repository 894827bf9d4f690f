"""FutureCallGraph and FrameCallGraphEntry: frozen, compared and shown by their fields."""
# requires: 3.14
import asyncio


async def work():
    await asyncio.sleep(1)


async def main():
    task = asyncio.create_task(work(), name="work")
    await asyncio.sleep(0)
    graph = asyncio.capture_call_graph(task)
    print(type(graph), type(graph.call_stack), type(graph.awaited_by), type(graph.call_stack[0]))
    print([type(entry).__name__ for entry in graph.call_stack], [entry.frame.f_code.co_name for entry in graph.call_stack])
    print([entry.frame.f_code.co_qualname for entry in graph.call_stack], graph.call_stack[-1].frame.f_lineno)
    print(graph.call_stack[-1].frame.f_generator is task.get_coro())
    print(repr(graph.call_stack[-1]).partition(" at 0x")[0])
    future = asyncio.Future()
    empty = asyncio.FutureCallGraph(future, (), ())
    print(empty)
    print(empty == asyncio.capture_call_graph(future), hash(empty) == hash(asyncio.capture_call_graph(future)))
    print(empty == asyncio.FutureCallGraph(future=future, call_stack=(), awaited_by=(empty,)), empty != 1, empty == 1)
    print(asyncio.FrameCallGraphEntry(1) == asyncio.FrameCallGraphEntry(frame=1), asyncio.FrameCallGraphEntry(1))
    for attribute in ("future", "call_stack"):
        try:
            setattr(empty, attribute, 1)
        except AttributeError as error:
            print(repr(error))
    try:
        del empty.awaited_by
    except AttributeError as error:
        print(type(error), error)
    try:
        asyncio.FutureCallGraph(future)
    except TypeError as error:
        print(error)
    print(asyncio.FutureCallGraph.__match_args__, asyncio.FrameCallGraphEntry.__match_args__)
    graph = empty = None
    await task


asyncio.run(main())
