"""Two loops run by turns: each has its own ready queue and timers; time is one."""
import asyncio


def say(loop, name, text):
    print(f"{loop.time():.3f}", name, text)


first = asyncio.new_event_loop()
second = asyncio.new_event_loop()
first.call_soon(say, first, "first", "soon")
second.call_soon(say, second, "second", "soon")
first.call_later(1, say, first, "first", "later 1")
second.call_later(0.5, say, second, "second", "later 0.5")
second.call_later(2, second.stop)
first.call_later(1.5, first.stop)
print("run the first")
first.run_forever()
print("run the second")
second.run_forever()
first.call_soon(first.stop)
first.run_forever()
first.close()
print("closed", first.is_closed(), second.is_closed())
second.close()
