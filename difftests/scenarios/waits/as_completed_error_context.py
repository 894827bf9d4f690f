"""An error that a step raises inside of an except block has that block's exception as its context."""
import asyncio


async def fail():
    raise ValueError("of the task")


async def main():
    tasks = [asyncio.create_task(fail()), asyncio.create_task(asyncio.sleep(5))]
    steps = iter(asyncio.as_completed(tasks, timeout=1))
    for step in steps:
        try:
            raise KeyError("outside")
        except KeyError:
            try:
                await step
            except (ValueError, TimeoutError) as error:
                print(repr(error), repr(error.__context__), repr(error.__cause__))


asyncio.run(main())
