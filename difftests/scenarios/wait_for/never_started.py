"""wait_for does nothing until it is awaited; what it was given is then nobody's."""
import asyncio


async def value():
    print("never")


async def main():
    inner = value()
    outer = asyncio.wait_for(inner, 1)
    print(asyncio.iscoroutine(outer), outer.__name__, outer.__qualname__)
    outer.close()
    inner.close()
    outer = asyncio.wait_for(inner, 1)
    try:
        outer.throw(ValueError("thrown"))
    except ValueError as error:
        print(repr(error))
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(asyncio.wait_for(future, 1))
    task.cancel("before the start")
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error), future.done())


asyncio.run(main())
