"""wait() inside eager steps, and for eager tasks that are done already or still in their first step."""
import asyncio


async def at_once(name):
    return name


async def later(name):
    await asyncio.sleep(1)
    return name


async def watch(name, tasks):
    print(name, "begins", asyncio.current_task().get_name())
    done, pending = await asyncio.wait(tasks, timeout=5)
    print(name, [task in done for task in tasks])
    return name


async def nested():
    inner = [asyncio.create_task(at_once("x")), asyncio.create_task(later("y"))]
    return await watch("nested", inner)


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    tasks = [asyncio.create_task(at_once("a")), asyncio.create_task(later("b"))]
    print([task.done() for task in tasks])
    watchers = [asyncio.create_task(watch("first", tasks)), asyncio.create_task(nested())]
    done, pending = await asyncio.wait(watchers)
    print(len(done), len(pending), [task.result() for task in watchers])


asyncio.run(main())
