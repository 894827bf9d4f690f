"""shutdown takes the items by _get until empty says so; an error out of _get leaves it half done."""
# requires: 3.13
import asyncio


class Loud(asyncio.LifoQueue):
    fail_at = None

    def _get(self):
        item = super()._get()
        print("_get", item)
        if item == self.fail_at:
            raise OSError("stuck")
        return item

    def empty(self):
        print("empty", super().empty())
        return super().empty()


async def main():
    queue = Loud()
    for item in range(4):
        queue.put_nowait(item)
    queue.fail_at = 2
    task = asyncio.create_task(queue.join())
    await asyncio.sleep(0)
    try:
        queue.shutdown(immediate=True)
    except OSError as error:
        print(error, str(queue))
    queue.fail_at = None
    queue.shutdown(immediate=True)
    print(str(queue))
    try:
        queue.get_nowait()
    except asyncio.QueueShutDown:
        print("shut down")
    queue.task_done()
    await task
    print(str(queue))


asyncio.run(main())
