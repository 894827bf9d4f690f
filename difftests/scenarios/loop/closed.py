"""What a closed loop refuses."""
import asyncio


def attempt(text, function, *args):
    try:
        function(*args)
        print(text, "is fine")
    except RuntimeError as error:
        print(text, repr(error))


loop = asyncio.new_event_loop()
print(loop.is_closed())
future = loop.create_future()
handle = loop.call_soon(print, "never printed")
loop.close()
loop.close()
print(loop.is_closed(), loop.is_running())
attempt("call_soon", loop.call_soon, print, 1)
attempt("call_later", loop.call_later, 1, print, 1)
attempt("call_at", loop.call_at, 1, print, 1)
attempt("call_soon_threadsafe", loop.call_soon_threadsafe, print, 1)
attempt("run_forever", loop.run_forever)
attempt("run_until_complete", loop.run_until_complete, future)
attempt("stop", loop.stop)
attempt("create_future", loop.create_future)
attempt("cancel", handle.cancel)
attempt("set_result without callbacks", future.set_result, 1)
