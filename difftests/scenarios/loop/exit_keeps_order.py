"""After KeyboardInterrupt left a turn, the rest of its callbacks comes first, then what they had queued already."""
import asyncio


def first(loop):
    print("first")
    loop.call_soon(print, "queued by first")


def interrupt(loop):
    loop.call_soon(print, "queued by interrupt")
    raise KeyboardInterrupt("out")


loop = asyncio.new_event_loop()
loop.call_soon(first, loop)
loop.call_soon(interrupt, loop)
loop.call_soon(print, "behind it")
loop.call_soon(loop.stop)
try:
    loop.run_forever()
except KeyboardInterrupt as error:
    print("left", repr(error))
loop.call_soon(print, "queued between")
loop.run_forever()
print("stopped")
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
