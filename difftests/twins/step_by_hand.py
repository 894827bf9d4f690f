"""Flag enter_task_checks_running_loop (gh-129898): stepping a task of a loop that does not run."""
# flag: enter_task_checks_running_loop
import asyncio


class Foreign:
    _asyncio_future_blocking = False

    def __init__(self, loop):
        self.loop = loop
        self.wake = None

    def get_loop(self):
        return self.loop

    def add_done_callback(self, function, *, context=None):
        self.wake = function

    def result(self):
        return 7

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self
        return 7


async def body(foreign):
    print("first step")
    print("woken with", await foreign)
    return 8


loop = asyncio.new_event_loop()
foreign = Foreign(loop)
task = loop.create_task(body(foreign))
loop.call_soon(loop.stop)
loop.run_forever()
print("parked, loop runs", loop.is_running())
try:
    foreign.wake(foreign)
    print("stepped by hand, done", task.done())
except RuntimeError as error:
    print("RuntimeError", str(error)[-23:])
    print("done", task.done())
    loop.call_soon(foreign.wake, foreign)
print("result", loop.run_until_complete(task))
loop.close()
