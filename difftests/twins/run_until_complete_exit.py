"""Rules 13 and 38: KeyboardInterrupt is stored and leaves the loop before the done callbacks; a given task reports it."""
import asyncio


def callback(future):
    print("done callback", future.done())


async def body():
    await asyncio.sleep(1)
    raise KeyboardInterrupt


def run(more):
    loop = asyncio.new_event_loop()
    task = loop.create_task(body())
    task.add_done_callback(callback)
    try:
        loop.run_until_complete(task)
    except KeyboardInterrupt as error:
        print("out of the loop:", repr(error), task.done())
    print("counts as never retrieved", task._log_traceback)
    if more:
        loop.call_soon(loop.stop)
        loop.run_forever()
        print("counts as never retrieved", task._log_traceback)
    task._log_traceback = False
    loop.close()


run(True)
run(False)
