"""stop() lets the batch end; what it queued waits.  With the flag set before, run_forever makes one turn."""
import asyncio


def stopper(loop):
    print("stopper")
    loop.stop()
    loop.call_soon(print, "queued after stop")


loop = asyncio.new_event_loop()
loop.call_soon(stopper, loop)
loop.call_soon(print, "same batch")
loop.run_forever()
print("stopped")
loop.call_later(5, print, "timer")
loop.stop()
loop.run_forever()
print(f"one turn, at {loop.time():.3f}")
loop.stop()
loop.run_forever()
print(f"an empty turn, at {loop.time():.3f}")
loop.call_later(6, loop.stop)
loop.run_forever()
print(f"end, at {loop.time():.3f}")
loop.close()
