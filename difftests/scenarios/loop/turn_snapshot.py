"""A turn runs exactly the callbacks that were ready when it began; what they add runs in the next one."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 4:
        loop.call_soon(tick, loop)


def spawn(loop, name, depth):
    print(turn, name, depth)
    if depth > 0:
        loop.call_soon(spawn, loop, name, depth - 1)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    loop.call_soon(spawn, loop, "a", 2)
    loop.call_soon(spawn, loop, "b", 1)
    for i in range(4):
        print(turn, "main", i)
        await asyncio.sleep(0)


asyncio.run(main())
