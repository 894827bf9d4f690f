"""A Runner survives exceptions of what it runs; it cannot run inside of a running loop."""
import asyncio


async def fail():
    raise ValueError("x")


async def nested(runner):
    coro = fail()
    try:
        runner.run(coro)
    except RuntimeError as error:
        print(repr(error))
    coro.close()
    return "still fine"


with asyncio.Runner() as runner:
    for i in range(2):
        try:
            runner.run(fail())
        except ValueError as error:
            print(i, repr(error))
    print(runner.run(nested(runner)))
    try:
        runner.run(7)
    except (ValueError, TypeError) as error:
        print(repr(error))
