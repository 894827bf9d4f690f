"""repr of handles and timers: waiting, cancelled, done; the arguments are hidden since 3.13 (gh-112997)."""
import asyncio


class Callable:
    def __call__(self):
        print("called")

    def __repr__(self):
        return "<Callable>"


def say(word):
    print("say", word)


def shown(handle):
    return repr(handle).split(" at ")[0].split(" created")[0]


async def main():
    loop = asyncio.get_running_loop()
    handle = loop.call_soon(say, "a")
    print(shown(handle))
    print(shown(loop.call_soon(print, "b", 3)))
    timer = loop.call_at(4.0, print, "c")
    print(shown(timer))
    print(shown(loop.call_at(2.5, say, "d")))
    timer.cancel()
    print(shown(timer))
    handle.cancel()
    print(shown(handle))
    await asyncio.sleep(0)
    print(shown(handle))


asyncio.run(main())
