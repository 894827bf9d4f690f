"""The names of the iterator, of its steps and of what a step waits for."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    steps = asyncio.as_completed([future])
    print(type(steps).__name__, iter(steps) is steps)
    step = next(steps)
    print(type(step).__name__, step.__name__, step.__qualname__)
    print(repr(future).split(" at ")[0])
    print(type(step.send(None)).__name__)
    print(next(steps, "no step"))
    future.set_result("result")
    await asyncio.sleep(0)
    try:
        step.send(None)
    except StopIteration as stop:
        print(stop.value)
    try:
        await step
    except RuntimeError as error:
        print(error)


asyncio.run(main())
