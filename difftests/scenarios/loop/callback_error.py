"""An error in a callback goes to the handler and the batch goes on; KeyboardInterrupt leaves, the rest stays."""
import asyncio


def handler(loop, context):
    print("handler:", context["message"][:21], repr(context["exception"]))


def fail():
    print("fail")
    raise ValueError("x")


def interrupt():
    print("interrupt")
    raise KeyboardInterrupt


loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)
loop.call_soon(fail)
loop.call_soon(print, "same batch")
loop.call_soon(interrupt)
loop.call_soon(print, "rest of the batch")
loop.call_soon(loop.stop)
try:
    loop.run_forever()
except KeyboardInterrupt as error:
    print("out of the loop:", repr(error), loop.is_running())
loop.run_forever()
print("end")
loop.close()
