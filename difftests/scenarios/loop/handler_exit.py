"""SystemExit out of an exception handler leaves the loop; the rest of the batch runs when it is run again."""
import asyncio


def handler(loop, context):
    print("handler", repr(context["exception"]))
    raise SystemExit(4)


def fail():
    raise ValueError("x")


loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)
loop.call_soon(fail)
loop.call_soon(print, "the rest of the batch")
loop.call_soon(loop.stop)
try:
    loop.run_forever()
except SystemExit as error:
    print("left with", error.code)
loop.run_forever()
loop.close()
