"""call_later and call_at refuse None."""
import asyncio

loop = asyncio.new_event_loop()
try:
    loop.call_later(None, print)
except TypeError as error:
    print(repr(error))
try:
    loop.call_at(None, print)
except TypeError as error:
    print(repr(error))
loop.close()
