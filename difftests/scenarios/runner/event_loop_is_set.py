"""A Runner sets the event loop of the thread, unless it has a loop factory, and takes it away at the end."""
import asyncio


def current():
    try:
        return asyncio.get_event_loop()
    except RuntimeError:
        return None


mine = asyncio.new_event_loop()
asyncio.set_event_loop(mine)
with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
    print(current() is mine, runner.get_loop() is mine)
print(current() is mine)
with asyncio.Runner() as runner:
    print(current() is mine, current() is None)
    print(current() is runner.get_loop())
    print(current() is runner.get_loop())
print(current())
asyncio.set_event_loop(mine)
print(current() is mine)
mine.close()
print(current() is mine)
asyncio.set_event_loop(None)
print(current())
