"""The call graph of a race: its tasks are awaited by the one that waits for it."""
import asyncio
from asyncio.staggered import staggered_race

tasks = []


def names(graph):
    return ([entry.frame.f_code.co_qualname for entry in graph.call_stack],
            [(by.future.get_name(), names(by)) for by in graph.awaited_by])


async def work():
    tasks.append(asyncio.current_task())
    await asyncio.sleep(3)
    return "work"


async def main():
    race = asyncio.create_task(staggered_race([work, work], 1), name="race")
    await asyncio.sleep(2)
    for task in sorted(asyncio.all_tasks(), key=lambda task: task.get_name()):
        print(task.get_name(), names(asyncio.capture_call_graph(task)))
    print(await race)
    for task in tasks:
        print(names(asyncio.capture_call_graph(task)))


if hasattr(asyncio, "capture_call_graph"):
    asyncio.run(main())
