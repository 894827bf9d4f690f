"""An exception handler must be callable or None."""
import asyncio

loop = asyncio.new_event_loop()
for thing in (7, "text", [1]):
    try:
        loop.set_exception_handler(thing)
    except TypeError as error:
        print(repr(error))
loop.set_exception_handler(None)
print(loop.get_exception_handler())
loop.close()
