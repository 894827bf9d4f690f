"""What run_until_complete leaves behind when it ends early: no callback, and no mark of an error that it has seen."""
import asyncio


def handler(loop, context):
    print("handler:", context["message"], repr(context.get("exception")))


def interrupt(*_):
    raise KeyboardInterrupt("out")


async def fail():
    raise ValueError("seen")


loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)

print("stopped before the future is done")
first, second = loop.create_future(), loop.create_future()
loop.call_soon(loop.stop)
try:
    loop.run_until_complete(first)
except RuntimeError as error:
    print(error)
first.set_result(1)
loop.call_later(1, second.set_result, 2)
print("the next run is not stopped by the first future:", loop.run_until_complete(second), loop.time())

print("left in the turn of its own callback")
task = loop.create_task(fail())
loop.call_soon(lambda: task.add_done_callback(interrupt))
try:
    loop.run_until_complete(task)
except KeyboardInterrupt as error:
    print("left", repr(error))
del task
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
print("end")
