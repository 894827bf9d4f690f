"""Completion queues all callbacks in order and empties the list; removing counts equal entries."""
import asyncio


def first(future):
    print("first", future.remove_done_callback(second))


def second(future):
    print("second")


def third(future):
    print("third")
    future.add_done_callback(late)


def late(future):
    print("late")


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(first)
    future.add_done_callback(third)
    future.add_done_callback(second)
    future.add_done_callback(third)
    print("removed", future.remove_done_callback(third))
    print("removed", future.remove_done_callback(late))
    future.add_done_callback(third)
    loop.call_soon(print, "queued before")
    future.set_result(1)
    loop.call_soon(print, "queued after")
    print("set")
    await asyncio.sleep(0)
    print("next turn")
    await asyncio.sleep(0)


asyncio.run(main())
