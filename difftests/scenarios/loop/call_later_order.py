"""Timers run in the order of their deadlines, whatever the order of the calls and whichever way they were set."""
import asyncio


def say(text):
    print(f"{asyncio.get_running_loop().time():.3f}", text)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_later(3, say, "later 3")
    loop.call_later(1, say, "later 1")
    loop.call_at(2, say, "at 2")
    loop.call_later(2.5, say, "later 2.5")
    loop.call_at(0.25, say, "at 0.25")
    loop.call_at(-5, say, "at -5")
    loop.call_later(-1, say, "later -1")
    loop.call_soon(say, "soon")
    await asyncio.sleep(2.25)
    print("main wakes")
    loop.call_at(1, say, "at 1, which is past")
    loop.call_soon(say, "soon")
    await asyncio.sleep(5)
    say("end")


asyncio.run(main())
