"""Several tasks wait for the same futures; each has its own callbacks, timers and sets."""
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def watch(name, tasks, **keywords):
    done, pending = await asyncio.wait(tasks, **keywords)
    print(name, asyncio.get_running_loop().time(), [task in done for task in tasks])
    return name


async def main():
    tasks = [asyncio.create_task(work(name, seconds)) for name, seconds in (("a", 1), ("b", 2), ("c", 3))]
    watchers = [
        asyncio.create_task(watch("all", tasks)),
        asyncio.create_task(watch("first", tasks, return_when=asyncio.FIRST_COMPLETED)),
        asyncio.create_task(watch("timeout", tasks, timeout=2.5)),
        asyncio.create_task(watch("first exception", tasks, timeout=4, return_when=asyncio.FIRST_EXCEPTION)),
    ]
    done, pending = await asyncio.wait(watchers)
    print(len(done), len(pending), [task.result() for task in watchers])


asyncio.run(main())
