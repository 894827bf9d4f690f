"""Children that end at once, turn by turn (gh-104144, gh-128550)."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 10:
        loop.call_soon(tick, loop)


async def value(number):
    print(turn, "child", number)
    return number


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    loop.call_soon(tick, loop)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(value(1))
        second = group.create_task(value(2))
        print(turn, "body ends", first.done(), second.done(), repr(group))
    print(turn, "after the group", first.result() + second.result())
    async with asyncio.TaskGroup() as group:
        group.create_task(value(3))
        await asyncio.sleep(0)
        print(turn, "a turn later", repr(group))
    print(turn, "after the second group")


asyncio.run(main())
