"""sleep(0) and a negative sleep are one bare yield, without a timer."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 8:
        loop.call_soon(tick, loop)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    print(turn, "start")
    result = await asyncio.sleep(0, "zero")
    print(turn, result)
    result = await asyncio.sleep(-1, "negative")
    print(turn, result)
    result = await asyncio.sleep(1e-12, "tiny")
    print(turn, result)
    print(turn, "end", f"{loop.time():.3f}")
    result = await asyncio.sleep(2.5, "long")
    print(result, f"{loop.time():.3f}")


asyncio.run(main())
