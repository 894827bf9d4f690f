"""A wait for a condition that was notified is in the lock's acquire until it has the lock."""
# requires: 3.14
import asyncio


def names(call):
    return [entry.frame.f_code.co_qualname for entry in call.call_stack]


def show(task):
    if not task.done():
        print(task.get_name(), names(asyncio.capture_call_graph(task)))


async def wait_in(condition):
    async with condition:
        await condition.wait()


async def wait_for_in(condition, ready):
    async with condition:
        await condition.wait_for(lambda: bool(ready))


async def main():
    condition = asyncio.Condition()
    ready = []
    tasks = [asyncio.create_task(wait_in(condition), name="wait"), asyncio.create_task(wait_for_in(condition, ready), name="wait_for")]
    await asyncio.sleep(0)
    for _ in range(2):
        async with condition:
            condition.notify_all()
            for turn in range(3):
                print("turn", turn)
                for task in tasks:
                    show(task)
                await asyncio.sleep(0)
            tasks[0].cancel()
            await asyncio.sleep(0)
            for task in tasks:
                show(task)
        await asyncio.sleep(0)
        ready.append(1)
    await asyncio.gather(*tasks, return_exceptions=True)


asyncio.run(main())
