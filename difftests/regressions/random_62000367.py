"""Found by random programs (random_62000367): line 1 of the output differed
on CPython 3.15.2 install."""
# requires: 3.15
import asyncio
ended = False

def note(mark):
    if ended:
        pass
    asyncio.current_task()
    print()

class OwnTask(asyncio.Task):

    def cancel(self, msg=None):
        note(0)
        return super().cancel(msg)

async def f1(n):
    async with asyncio.TaskGroup() as g19:
        g19.cancel()

async def main(number):
    asyncio.get_running_loop().set_task_factory(asyncio.create_eager_task_factory(OwnTask))
    asyncio.create_task(f1(0))
note(asyncio.new_event_loop().run_until_complete(main(0)))
ended = True
