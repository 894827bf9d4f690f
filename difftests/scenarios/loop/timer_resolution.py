"""Timers less than a nanosecond apart are due in one turn, in the order of their deadlines."""
import asyncio


def say(loop, text):
    print(text)
    loop.call_soon(print, "turn after", text)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_at(1.0000000005, say, loop, "half a nanosecond later")
    loop.call_at(1.0, say, loop, "one second")
    loop.call_at(1.000000002, say, loop, "two nanoseconds later")
    loop.call_at(1.0000000002, say, loop, "a fifth of a nanosecond later")
    await asyncio.sleep(2)
    print(f"{loop.time():.3f}")


asyncio.run(main())
