"""A group that is entered outside of a task is half entered all the same; later it is left as it was (gh-110910)."""
# flag: misuse_raises_runtime_error
import asyncio


def enter(group):
    try:
        group.__aenter__().send(None)
    except RuntimeError as error:
        print("RuntimeError:", str(error)[-34:])


def callback(loop):
    group = asyncio.TaskGroup()
    enter(group)
    enter(group)
    loop.stop()


loop = asyncio.new_event_loop()
loop.call_soon(callback, loop)
loop.run_forever()
loop.close()
