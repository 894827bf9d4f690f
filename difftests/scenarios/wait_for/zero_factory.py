"""With no time, and a factory that makes no task: the coroutine is closed."""
import asyncio


async def value():
    print("never")


async def main():
    loop = asyncio.get_running_loop()

    def refuse(loop, coro, **keywords):
        raise RuntimeError("no tasks today")

    loop.set_task_factory(refuse)
    coro = value()
    try:
        await asyncio.wait_for(coro, 0)
    except RuntimeError as error:
        print(error)
    try:
        await coro
    except RuntimeError as error:
        print(error)
    loop.set_task_factory(None)


asyncio.run(main())
