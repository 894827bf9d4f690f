"""reschedule moves the deadline on, back, into the past, and away."""
import asyncio


async def run(*moves):
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.timeout(2) as limit:
            for move in moves:
                await asyncio.sleep(1)
                limit.reschedule(None if move is None else start + move)
                print(limit.when() is None if move is None else f"{limit.when() - start:.3f}")
            await asyncio.sleep(20)
        print("in time", end=" ")
    except TimeoutError:
        print("late", end=" ")
    print(limit, f"{loop.time() - start:.3f}")


async def main():
    await run(5)
    await run(1.5)
    await run(1)
    await run(0)
    await run(None)
    await run(None, 4)
    await run(5, 6, 7)


asyncio.run(main())
