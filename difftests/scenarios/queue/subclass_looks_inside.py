"""_queue can be looked at and changed by a class of one's own: a deque, or a list."""
import asyncio


class Peeking(asyncio.Queue):
    def peek(self):
        return self._queue[0]

    def _get(self):
        item = self._queue.popleft()
        return item * 2

    def _put(self, item):
        if item in self._queue:
            self._unfinished_before = self._unfinished_tasks
            return
        self._queue.append(item)


class Last(asyncio.LifoQueue):
    def top(self):
        return self._queue[-1] if self._queue else None

    def _get(self):
        return self._queue.pop(), len(self._queue)


async def main():
    queue = Peeking()
    for item in (1, 2, 1, 3):
        queue.put_nowait(item)
    print(str(queue), queue.peek(), list(queue._queue), len(queue._queue), queue._queue)
    print([item + 1 for item in queue._queue], 2 in queue._queue, 5 in queue._queue, bool(queue._queue))
    print(queue._unfinished_before, queue._unfinished_tasks, queue._maxsize, queue._finished.is_set())
    print(await queue.get(), await queue.get(), str(queue))
    queue._queue.clear()
    print(queue.empty(), str(queue), bool(queue._queue))
    try:
        queue._get()
    except IndexError as error:
        print(error)
    stack = Last()
    print(stack.top(), stack._queue)
    stack.put_nowait("a")
    stack.put_nowait("b")
    print(stack.top(), stack._queue, await stack.get(), stack.top())


asyncio.run(main())
