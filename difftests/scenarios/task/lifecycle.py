"""A task from its creation to its end: what done(), result() and exception() say at each stage."""
import asyncio


def show(text, task):
    print(text, "done", task.done(), "cancelled", task.cancelled(), "cancelling", task.cancelling())
    for method in (task.result, task.exception):
        try:
            print("  ", repr(method()))
        except BaseException as error:
            print("   raises", repr(error))


async def body(fails):
    print("body begins")
    await asyncio.sleep(1)
    if fails:
        raise ValueError("x")
    return "value"


async def main():
    for fails in (False, True):
        task = asyncio.create_task(body(fails))
        show("made", task)
        await asyncio.sleep(0)
        show("waiting", task)
        await asyncio.sleep(2)
        show("ended", task)
    task = asyncio.create_task(body(False))
    task.cancel("never")
    await asyncio.sleep(0)
    show("cancelled", task)


asyncio.run(main())
