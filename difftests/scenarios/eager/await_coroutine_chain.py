"""Eager tasks that wait for eager tasks: everything that can end at once does, without one turn of the loop."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 20:
        loop.call_soon(tick, loop)


async def leaf(n):
    return n


async def tree(depth):
    if depth == 0:
        return await asyncio.create_task(leaf(1))
    left = asyncio.create_task(tree(depth - 1))
    right = asyncio.create_task(tree(depth - 1))
    return await left + await right


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    value = await tree(3)
    print("lazy", value, "turns", turn)
    loop.set_task_factory(asyncio.eager_task_factory)
    before = turn
    value = await tree(3)
    print("eager", value, "turns", turn - before)


asyncio.run(main())
