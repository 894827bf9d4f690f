"""A child that has swallowed a request which it had to remember keeps its message: the cancelled gather has it."""
import asyncio


async def stubborn(end):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print("swallowed", error.args)
    if end == "fails":
        raise ValueError("all the same")
    return "result"


async def attempt(end, **keywords):
    task = asyncio.create_task(stubborn(end))
    gathering = asyncio.gather(task, **keywords)
    await asyncio.sleep(0)
    gathering.cancel("of the gather")
    task.cancel("of the task")
    try:
        print(await gathering)
    except (asyncio.CancelledError, ValueError) as error:
        print(repr(error), task.cancelling())


async def main():
    await attempt("returns")
    await attempt("fails")
    await attempt("returns", return_exceptions=True)
    await attempt("fails", return_exceptions=True)


asyncio.run(main())
