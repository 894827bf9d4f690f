"""The names of the call graph exist, and futures have an attribute for it (gh-91048)."""
# flag: call_graph_api
import asyncio

names = ["capture_call_graph", "format_call_graph", "print_call_graph", "future_add_to_awaited_by"]
names += ["future_discard_from_awaited_by", "FutureCallGraph", "FrameCallGraphEntry"]


async def child():
    await asyncio.sleep(1)


async def main():
    print([hasattr(asyncio, name) for name in names])
    async with asyncio.TaskGroup() as group:
        task = group.create_task(child())
        try:
            print(task._asyncio_awaited_by == {asyncio.current_task()})
        except AttributeError:
            print("there is no such attribute")


asyncio.run(main())
