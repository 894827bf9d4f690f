"""A waiter that is cancelled after it was woken wakes the next one, whose loop is closed: the error has a context."""
import asyncio


async def next_in_line(lock):
    await lock.acquire()


async def main(lock):
    await lock.acquire()
    by_hand = lock.acquire()
    by_hand.send(None)
    task = asyncio.create_task(next_in_line(lock))
    await asyncio.sleep(0)
    return by_hand, task


lock = asyncio.Lock()
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: None)  # the task is never done
by_hand, task = loop.run_until_complete(main(lock))
loop.close()
lock.release()
print(lock.locked())
try:
    by_hand.throw(asyncio.CancelledError("late"))
except RuntimeError as error:
    print(repr(error), repr(error.__context__))
