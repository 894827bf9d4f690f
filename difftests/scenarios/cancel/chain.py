"""A chain of tasks is cancelled from the innermost outwards, one turn per level."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 8:
        loop.call_soon(tick, loop)


async def link(depth, future):
    try:
        if depth == 0:
            await future
        else:
            await asyncio.create_task(link(depth - 1, future))
    except asyncio.CancelledError as error:
        print(turn, "level", depth, repr(error), asyncio.current_task().cancelling())
        raise


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    outer = asyncio.create_task(link(3, future))
    for i in range(5):
        await asyncio.sleep(0)
    tick(loop)
    print(turn, "cancel", outer.cancel("why"), future.cancelled(), outer.done())
    try:
        await outer
    except asyncio.CancelledError as error:
        print(turn, "main", repr(error))


asyncio.run(main())
