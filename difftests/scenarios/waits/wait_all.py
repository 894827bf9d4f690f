"""wait() without more ends when all are done; it cancels nothing and raises nothing."""
import asyncio


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error is not None:
        raise error
    return name


async def main():
    tasks = [
        asyncio.create_task(work("a", 3)),
        asyncio.create_task(work("b", 1)),
        asyncio.create_task(work("c", 2, ValueError("of c"))),
    ]
    done, pending = await asyncio.wait(tasks)
    print(asyncio.get_running_loop().time(), len(done), len(pending), isinstance(done, object))
    print([task in done for task in tasks])
    print([task.exception() for task in tasks], tasks[0].result())
    done, pending = await asyncio.wait([tasks[0], tasks[1]])
    print("done before", len(done), len(pending))


asyncio.run(main())
