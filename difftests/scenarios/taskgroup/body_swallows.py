"""A body that swallows the cancellation goes on; create_task then refuses."""
import asyncio


async def fail():
    raise ValueError("x")


async def body():
    print("never runs")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError as error:
                print("swallowed", repr(error))
            print(repr(group))
            coro = body()
            try:
                group.create_task(coro)
            except RuntimeError as error:
                print(repr(error))
            coro.close()
            await asyncio.sleep(2)
            print("body ends")
    except* ValueError as errors:
        print(repr(errors))
    print(f"{asyncio.get_running_loop().time():.3f}", asyncio.current_task().cancelling())


asyncio.run(main())
