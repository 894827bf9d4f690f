"""run_until_complete returns after the turn of its own callback; what callbacks queue there does not run."""
import asyncio


def first(future):
    print("callback added before", future.result())
    loop.call_soon(print, "queued by the callback")


def last(future):
    print("callback added by the body", future.result())


async def body():
    task.add_done_callback(last)
    print("body")
    loop.call_soon(print, "queued by the body")
    return 7


loop = asyncio.new_event_loop()
task = loop.create_task(body())
task.add_done_callback(first)
print("result", loop.run_until_complete(task))
print("again", loop.run_until_complete(task))
future = loop.create_future()
loop.call_soon(loop.stop)
try:
    loop.run_until_complete(future)
except RuntimeError as error:
    print(repr(error))
future.set_exception(ValueError("x"))
try:
    loop.run_until_complete(future)
except ValueError as error:
    print(repr(error))
loop.close()
