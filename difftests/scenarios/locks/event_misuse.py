"""Wrong arguments, loops and classes around an event."""
import asyncio


class Forgetful(asyncio.Event):
    def __init__(self):
        self.mark = 1


def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)


event = asyncio.Event()


async def wait(event):
    try:
        print(await event.wait())
    except RuntimeError as error:
        print(str(error)[: str(error).index(" object at")], str(error)[-41:])


async def main():
    task = asyncio.create_task(wait(event))
    await asyncio.sleep(0)
    event.set()
    await task
    event.clear()


attempt(lambda: asyncio.Event(True))
attempt(lambda: event.set(True))
attempt(lambda: event.wait(1))
attempt(lambda: event.wait(timeout=1))
attempt(Forgetful().is_set)
attempt(Forgetful().set)
attempt(lambda: repr(Forgetful()))
print(Forgetful().mark)
asyncio.run(main())
asyncio.run(wait(event))
event.set()
asyncio.run(wait(event))
try:
    event.wait().send(None)
except StopIteration as stop:
    print(stop.value)
