"""get() of a queue that was shut down asks empty() twice before it raises; a second answer may differ."""
# requires: 3.13
import asyncio


class Asked(asyncio.Queue):
    answers = []

    def empty(self):
        answer = self.answers.pop(0) if self.answers else super().empty()
        print("empty?", answer)
        return answer


async def main():
    queue = Asked()
    queue.shutdown()
    try:
        await queue.get()
    except asyncio.QueueShutDown as error:
        print(repr(error))
    queue = Asked()
    queue.put_nowait("item")
    queue.shutdown()
    queue.answers.extend([True, False])
    print("waits", queue.answers)
    task = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    print(task.done(), queue)
    task.cancel()
    try:
        print(await task)
    except asyncio.CancelledError as error:
        print(repr(error))


asyncio.run(main())
