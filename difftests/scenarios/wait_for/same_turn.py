"""The result and the deadline in one turn: the timeout wins, whichever timer was first."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    for first in (True, False):
        future = loop.create_future()
        if first:
            loop.call_at(loop.time() + 1, future.set_result, "result")
        waiter = asyncio.create_task(asyncio.wait_for(future, 1))
        await asyncio.sleep(0)
        if not first:
            loop.call_at(loop.time() + 1, future.set_result, "result")
        try:
            print("got", await waiter)
        except TimeoutError as error:
            print("late", future.done(), future.cancelled())
            if not future.cancelled():
                print(future.result())


asyncio.run(main())
