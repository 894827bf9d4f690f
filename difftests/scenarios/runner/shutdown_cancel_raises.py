"""A cancel of the program's own that raises leaves the clean-up: the loop is closed, and that is what the run raises."""
import asyncio


class Stubborn(asyncio.Future):
    def cancel(self, msg=None):
        raise ValueError("no")


async def waits(future):
    await future


async def main():
    loop = asyncio.get_running_loop()
    loops.append(loop)
    for name, future in ("before", asyncio.Future()), ("stubborn", Stubborn()), ("after", asyncio.Future()):
        tasks.append(loop.create_task(waits(future), name=name))
    await asyncio.sleep(0)


loops, tasks = [], []
try:
    asyncio.run(main())
except ValueError as error:
    print(repr(error), loops[0].is_closed(), [task.cancelling() for task in tasks], [task.done() for task in tasks])
