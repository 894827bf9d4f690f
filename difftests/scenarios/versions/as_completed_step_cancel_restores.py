"""A step that is cancelled while it waits is lost, and one result with it; later it can be taken again (gh-158004)."""
# flag: as_completed_step_cancel_restores
import asyncio


async def work(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    steps = asyncio.as_completed([work("a", 1), work("b", 2)])
    step = asyncio.create_task(next(steps), name="step")
    await asyncio.sleep(0)
    step.cancel()
    await asyncio.wait([step])
    results = []
    for step in steps:
        results.append(await step)
    print(results)


asyncio.run(main())
