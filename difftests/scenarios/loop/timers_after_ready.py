"""Due timers go behind what is ready already; a timer of delay 0 runs one turn later."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 5:
        loop.call_soon(tick, loop)


def say(text):
    print(turn, text)


def first(loop):
    print(turn, "first")
    loop.call_later(0, say, "timer of delay 0")
    loop.call_later(-1, say, "timer of delay -1")
    loop.call_soon(say, "call_soon")
    loop.call_soon(second, loop)


def second(loop):
    print(turn, "second")
    loop.call_soon(say, "call_soon of second")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    loop.call_soon(first, loop)
    for i in range(5):
        await asyncio.sleep(0)
    print(turn, "done")


asyncio.run(main())
