"""A loop factory that raises leaves the Runner as new."""
import asyncio

calls = []


def factory():
    calls.append(1)
    if len(calls) < 3:
        raise ValueError(len(calls))
    return asyncio.new_event_loop()


async def main():
    return "ran"


runner = asyncio.Runner(loop_factory=factory)
for _ in range(2):
    try:
        runner.get_loop()
    except ValueError as error:
        print(repr(error))
with runner:
    coro = main()
    print(runner.run(coro))
