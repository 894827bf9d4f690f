"""Who waits on a loop that is closed is never woken: the put or get that would wake it raises after it was done."""
import asyncio


async def wait_for(what):
    await what


def attempt(what, call):
    try:
        print(what, call())
    except RuntimeError as error:
        print(what, error)


loop = asyncio.new_event_loop()
queue = asyncio.Queue(1)
queue.put_nowait("first")
tasks = [loop.create_task(wait_for(queue.put("waits"))), loop.create_task(wait_for(queue.join()))]
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
print(str(queue))
attempt("get", queue.get_nowait)
print(str(queue))
attempt("done", queue.task_done)
print(str(queue))
attempt("put", lambda: queue.put_nowait("more"))
print(str(queue))
queue.get_nowait()
tasks_left = [task.done() for task in tasks]
print(tasks_left)
for task in tasks:
    task._log_destroy_pending = False
