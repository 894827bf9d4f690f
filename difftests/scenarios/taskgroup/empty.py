"""An empty group, or one whose children are all processed, exits without suspending."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 10:
        loop.call_soon(tick, loop)


async def child():
    print(turn, "child")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    async with asyncio.TaskGroup():
        print(turn, "empty")
    print(turn, "after the empty group")
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        for i in range(3):
            await asyncio.sleep(0)
        print(turn, repr(group))
    print(turn, "after the group of processed children")
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        print(turn, repr(group))
    print(turn, "after the group that waited")


asyncio.run(main())
