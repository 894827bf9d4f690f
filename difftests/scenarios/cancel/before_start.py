"""A task that is cancelled before its first step runs no line of its body."""
import asyncio


async def body():
    try:
        print("never printed")
    finally:
        print("nor this")


def callback(task):
    print("done callback", task.cancelled(), task.cancelling())


async def main():
    task = asyncio.create_task(body())
    task.add_done_callback(callback)
    print("cancel", task.cancel("early"), task.cancel(), task.done())
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error))
    print("cancel again", task.cancel(), task.cancelling())


asyncio.run(main())
