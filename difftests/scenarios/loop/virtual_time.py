"""The clock starts at 0, stands still while callbacks run, adds up sleeps, and is shared by all loops."""
import asyncio


async def naps(name, *delays):
    loop = asyncio.get_running_loop()
    for delay in delays:
        await asyncio.sleep(delay)
        print(f"{loop.time():.3f}", name, "slept", delay)


async def main():
    loop = asyncio.get_running_loop()
    print("start", loop.time())
    total = 0
    for i in range(10000):
        total += i
    print("after some work", loop.time(), total)
    first = asyncio.create_task(naps("first", 1, 1, 0.5))
    second = asyncio.create_task(naps("second", 0.75, 0, 3))
    await first
    await second
    await asyncio.sleep(3600 * 72)
    print(f"three days later {loop.time():.3f}")


asyncio.run(main())
other = asyncio.new_event_loop()
print(f"another loop {other.time():.3f}")
other.run_until_complete(naps("third", 1))
other.close()
