"""Values and arguments that a barrier refuses, and what it looks like."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


class Forgetful(asyncio.Barrier):
    def __init__(self):
        pass


class Loud(asyncio.Barrier):
    async def wait(self):
        print("wait")
        return await super().wait()


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


async def main():
    attempt(lambda: asyncio.Barrier())
    attempt(lambda: asyncio.Barrier("x"))
    attempt(lambda: asyncio.Barrier(1, 2))
    attempt(lambda: asyncio.Barrier(1, loop=2))
    attempt(lambda: asyncio.Barrier(1).wait(2))
    attempt(lambda: look(asyncio.Barrier(parties=4)))
    barrier = asyncio.Barrier(2)
    for name in ("parties", "n_waiting", "broken"):
        try:
            setattr(barrier, name, 1)
        except AttributeError:
            print(name, "is read-only")
    attempt(Forgetful().wait().close)
    async with Loud(1) as index:
        print(index)
    print(asyncio.Barrier, asyncio.BrokenBarrierError)


asyncio.run(main())
