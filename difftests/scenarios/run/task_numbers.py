"""The numbers in default task names go on through the runs of a program; shutting a loop down uses some up, too."""
import asyncio


async def child():
    return asyncio.current_task().get_name()


async def main():
    print(asyncio.current_task().get_name(), await asyncio.create_task(child()), await asyncio.create_task(child()))


asyncio.run(main())
asyncio.run(main())
with asyncio.Runner() as runner:
    runner.run(main())
    runner.run(main())
asyncio.run(main())
