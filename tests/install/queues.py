"""Queues: who gets what when, what a program sees of them, what classes of its own do to them."""

import asyncio
import collections
import gc
import heapq
import inspect
import sys
import weakref

from cases import chain, show_all
from steps import turns

QUEUES = (asyncio.Queue, asyncio.PriorityQueue, asyncio.LifoQueue)
SHUTS_DOWN = sys.version_info >= (3, 13)


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error)


async def produce(queue, items, log):
    for item in items:
        try:
            log.append(("put", item, await queue.put(item)))
        except BaseException as error:
            log.append(("put", item, repr(error)))
            raise


async def consume(queue, name, count, log):
    for _ in range(count):
        try:
            log.append((name, await queue.get()))
        except BaseException as error:
            log.append((name, repr(error)))
            raise


async def case_order():
    for cls in QUEUES:
        for maxsize in (0, 1, 2, -1, 1.5, True, 2**70):
            queue, log = cls(maxsize), []
            tasks = [asyncio.create_task(produce(queue, [3, 1, 2, 5], log)), asyncio.create_task(produce(queue, [9, 8], log))]
            tasks += [asyncio.create_task(consume(queue, name, 2, log)) for name in "abc"]
            await turns(1)
            print(str(queue))
            await asyncio.gather(*tasks)
            print(log, str(queue), queue.maxsize, queue.qsize(), queue.empty(), queue.full())


async def case_cancelled():
    for cls in QUEUES:
        for late in range(3):
            queue, log = cls(1), []
            getters = [asyncio.create_task(consume(queue, name, 1, log)) for name in "abc"]
            await turns(1)
            print(str(queue))
            queue.put_nowait(1)
            await turns(late)
            getters[0].cancel("late")
            await turns(2)
            print(log, str(queue))
            await asyncio.gather(produce(queue, [2], log), return_exceptions=True)
            await turns(2)
            getters[2].cancel()
            await asyncio.gather(*getters, return_exceptions=True)
            print(log, str(queue))
            queue, log = cls(1), []
            queue.put_nowait(0)
            putters = [asyncio.create_task(produce(queue, [i], log)) for i in range(3)]
            await turns(1)
            print(str(queue), queue.get_nowait())
            await turns(late)
            putters[0].cancel("late")
            await turns(2)
            print(log, str(queue), queue.get_nowait() if not queue.empty() else None)
            putters[2].cancel()
            await asyncio.gather(*putters, return_exceptions=True)
            print(log, str(queue))


async def case_join():
    queue = asyncio.Queue()
    await queue.join()
    for i in range(3):
        queue.put_nowait(i)
    joins = [asyncio.create_task(queue.join()) for _ in range(2)]
    for i in range(3):
        await turns(1)
        print([join.done() for join in joins], str(queue), queue._unfinished_tasks, queue._finished.is_set(), queue.task_done())
    print(await asyncio.gather(*joins), attempt(queue.task_done), queue._finished.is_set())


async def case_shutdown():
    if not SHUTS_DOWN:
        return hasattr(asyncio.Queue(), "shutdown"), hasattr(asyncio, "QueueShutDown")
    for cls in QUEUES:
        for arguments in ((), (True,), (0,)):
            for filled in (0, 2):
                queue, log = cls(2), []
                for i in range(filled):
                    queue.put_nowait(i)
                tasks = [asyncio.create_task(consume(queue, name, 3, log)) for name in "ab"[: 2 - filled]]
                tasks += [asyncio.create_task(produce(queue, [7, 8], log)) for _ in range(filled)]
                tasks.append(asyncio.create_task(queue.join()))
                await turns(1)
                print(str(queue), queue.shutdown(*arguments), str(queue), queue._is_shutdown)
                await turns(3)
                print(log, [task.done() for task in tasks], attempt(queue.put_nowait, 1), attempt(queue.get_nowait), attempt(queue.get_nowait))
                for _ in range(queue._unfinished_tasks):
                    queue.task_done()
                print([repr(one) for one in await asyncio.gather(*tasks, return_exceptions=True)], str(queue), queue.shutdown(immediate=True))


async def case_arguments():
    queue = asyncio.Queue(3)
    functions = [
        *QUEUES, queue.put, queue.get, queue.put_nowait, queue.get_nowait, queue.task_done, queue.join, queue.qsize, queue.empty, queue.full,
        queue._put, queue._get, queue._init, asyncio.PriorityQueue()._put, asyncio.LifoQueue()._get,
    ]  # fmt: skip
    if SHUTS_DOWN:
        functions.append(queue.shutdown)
    for function in functions:
        for args, kwargs in (((), {}), ((1,), {}), ((1, 2), {}), ((), {"other": 1}), ((), {"item": 1}), ((), {"maxsize": 1}), (("x",), {}), ((None,), {})):
            try:
                made = function(*args, **kwargs)
            except Exception as error:
                print(function.__qualname__, args, kwargs, type(error).__name__, error)
            else:
                print(function.__qualname__, args, kwargs, type(made).__name__ if not inspect.isawaitable(made) else "awaitable")
                if inspect.isawaitable(made):
                    made.close()


async def case_unmade():
    """Their __init__ has not run."""
    for cls in QUEUES:
        for name in "qsize empty full maxsize get_nowait task_done __repr__ get join _unfinished_tasks _getters _finished shutdown".split():
            unmade = cls.__new__(cls)
            if not hasattr(cls, name) and name == "shutdown":
                continue
            try:
                found = getattr(unmade, name)
                answer = found() if callable(found) else found
                print(cls.__name__, name, await answer if inspect.isawaitable(answer) else answer)
            except (AttributeError, TypeError) as error:
                print(cls.__name__, name, error)


async def case_looks():
    for cls in QUEUES:
        print(cls, cls is asyncio.Queue or cls.__mro__[1] is asyncio.Queue, inspect.signature(cls), issubclass(cls, asyncio.Queue), cls[int], bool(cls.__doc__))
        print(sorted(name for name in dir(cls) if inspect.iscoroutinefunction(getattr(cls, name))))
        print([(name, str(inspect.signature(getattr(cls, name)))) for name in ("put", "get", "put_nowait", "full", "_init", "_get")])
    queue = asyncio.Queue(2)
    queue.put_nowait("item")
    print(queue, str(queue), queue._format(), type(queue._queue).__name__, type(asyncio.PriorityQueue()._queue).__name__, queue._queue)
    coro = queue.get()
    print(coro.__name__, coro.__qualname__)
    coro.close()
    queue.extra = queue
    print(weakref.ref(queue)() is queue, queue in {queue}, queue.__dict__["extra"] is queue, attempt(setattr, queue, "maxsize", 3))


class Unordered:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


class Failing:
    def __init__(self, name, log):
        self.name, self.log = name, log

    def __lt__(self, other):
        self.log.append((self.name, other.name))
        if len(self.log) == 4:
            raise ValueError("cannot")
        return self.name < other.name

    def __repr__(self):
        return self.name


async def case_heap():
    queue, log = asyncio.PriorityQueue(), []
    for item in (5, 3, 8, 1, 4, 7, 2, 6, 1):
        queue.put_nowait(item)
    print(queue._queue, [queue.get_nowait() for _ in range(9)])
    queue.put_nowait(Unordered("a"))
    print(attempt(queue.put_nowait, Unordered("b")), str(queue), queue._unfinished_tasks)
    queue = asyncio.PriorityQueue()
    for name in "dcba":
        print(attempt(queue.put_nowait, Failing(name, log)), log, str(queue))
    for _ in range(4):
        print(attempt(queue.get_nowait), log, str(queue))
    queue = asyncio.PriorityQueue()
    queue._queue = collections.deque()
    print(attempt(queue.put_nowait, 1), attempt(queue._get))


class Set(asyncio.Queue):
    """Items once, last come first served."""

    def _init(self, maxsize):
        print("_init", maxsize)
        self._queue = {}

    def _put(self, item):
        self._queue[item] = None

    def _get(self):
        return self._queue.popitem()[0]


class Told(asyncio.Queue):
    def qsize(self):
        print("qsize", end=" ")
        return super().qsize()

    def empty(self):
        print("empty", end=" ")
        return super().empty()

    def full(self):
        print("full", end=" ")
        return super().full()

    def put_nowait(self, item):
        print("put_nowait", end=" ")
        super().put_nowait(item)
        return "put"

    def get_nowait(self):
        print("get_nowait", end=" ")
        return super().get_nowait()

    def _put(self, item):
        print("_put", end=" ")
        super()._put(item)

    def _get(self):
        print("_get", end=" ")
        return super()._get()


class Peeking(asyncio.Queue):
    """As people write it: who peeks waits with those who get."""

    async def peek(self):
        while self.empty():
            getter = self._get_loop().create_future()
            self._getters.append(getter)
            try:
                await getter
            except BaseException:
                getter.cancel()
                try:
                    self._getters.remove(getter)
                except ValueError as error:
                    print(type(error).__name__)
                if not self.empty() and not getter.cancelled():
                    self._wakeup_next(self._getters)
                raise
        self._wakeup_next(self._getters)
        return self._queue[0]


class Waking(asyncio.LifoQueue):
    def _wakeup_next(self, waiters):
        print("wakes", len(waiters))
        super()._wakeup_next(waiters)


class Failed(asyncio.Queue):
    def _put(self, item):
        raise KeyError(item)


class Unmade(asyncio.Queue):
    def __init__(self):
        pass


class Heap(asyncio.Queue):
    """A store of its own, without _queue."""

    def _init(self, maxsize):
        self.items = []

    def _put(self, item):
        heapq.heappush(self.items, item)

    def _get(self):
        return heapq.heappop(self.items)

    def qsize(self):
        return len(self.items)

    def empty(self):
        return not self.items


async def case_derived():
    for cls in (Set, Told, Waking, Heap):
        for maxsize in (0, 1):
            queue, log = cls(maxsize), []
            tasks = [asyncio.create_task(consume(queue, name, 2, log)) for name in "ab"]
            await turns(1)
            tasks.append(asyncio.create_task(produce(queue, [1, 2, 1, 3], log)))
            done, pending = await asyncio.wait(tasks, timeout=0.05)
            print(cls.__name__, log, str(queue), len(done))
            for task in pending:
                task.cancel()
            await turns(1)
            await asyncio.gather(*pending, return_exceptions=True)
    queue, log = Failed(), []
    print(attempt(queue.put_nowait, 1), str(queue))
    print(await asyncio.gather(produce(queue, [1], log), return_exceptions=True), log, str(queue))
    for name in ("qsize", "empty", "full", "put_nowait", "get_nowait", "task_done"):
        print(name, attempt(getattr(Unmade(), name), *([1] if name == "put_nowait" else [])))
    for call in (Unmade().get, Unmade().join, lambda: Unmade().put(1)):
        try:
            await call()
        except AttributeError as error:
            print(error)


async def case_peeking():
    queue, log = Peeking(), []

    async def peek(name):
        try:
            log.append((name, "sees", await queue.peek()))
        except asyncio.CancelledError:
            log.append((name, "cancelled"))
            raise

    tasks = [asyncio.create_task(peek("p")), asyncio.create_task(consume(queue, "a", 1, log)), asyncio.create_task(peek("q"))]
    tasks += [asyncio.create_task(consume(queue, "b", 1, log)), asyncio.create_task(peek("r"))]
    await turns(1)
    print(str(queue), len(queue._getters), [getter.done() for getter in queue._getters])
    tasks[2].cancel()
    await turns(1)
    queue.put_nowait(1)
    tasks[0].cancel()
    print(str(queue))
    await turns(3)
    print(log, str(queue))
    queue.put_nowait(2)
    await turns(3)
    print(log, str(queue))
    queue.put_nowait(3)
    await turns(2)
    print(log, str(queue), [repr(one) for one in await asyncio.gather(*tasks, return_exceptions=True)])


async def case_private():
    loop = asyncio.get_running_loop()
    queue, log = asyncio.Queue(1), []
    task = asyncio.create_task(consume(queue, "a", 1, log))
    await turns(1)
    mine = loop.create_future()
    queue._getters.appendleft(mine)
    print(len(queue._getters), queue._getters[0] is mine, [getter.done() for getter in queue._getters], queue._loop is loop, str(queue))
    queue.put_nowait(1)
    print(mine.done(), len(queue._getters), task.done())
    queue._wakeup_next(queue._getters)
    await turns(1)
    print(task.done(), log, str(queue))
    queue.put_nowait(2)
    tasks = [asyncio.create_task(produce(queue, [item], log)) for item in (3, 4)]
    await turns(1)
    first = queue._putters.popleft()
    print(len(queue._putters), first.done(), first.cancelled(), first.set_result(None), first.done())
    await turns(1)
    print(len(queue._putters), str(queue), log, queue.get_nowait())
    print(queue._queue.clear(), queue.qsize(), queue._queue.append(7), queue.get_nowait())
    await turns(2)
    print([task.done() for task in tasks], str(queue))
    queue._unfinished_tasks = 2
    queue._maxsize = 5
    queue._finished.set()
    print(str(queue), queue.full(), queue.task_done(), queue.task_done(), attempt(queue.task_done), queue.maxsize)
    queue._finished = asyncio.Event()
    queue.put_nowait(1)
    joins = asyncio.create_task(queue.join())
    await turns(1)
    print(joins.done(), queue.task_done(), await joins)
    queue._queue = [1, 2, 3]
    print(str(queue), queue.qsize(), attempt(queue.get_nowait), queue.put_nowait(4), queue._queue)
    for name in ("deque", "list"):
        queue._queue = collections.deque([1]) if name == "deque" else [1]
        print(queue._get() if name == "deque" else attempt(queue._get), attempt(queue._get))
    del queue._queue
    print(attempt(queue.qsize), attempt(queue.get_nowait), str(queue))
    queue._getters = collections.deque([mine])
    queue._init(0)
    print(str(queue), queue.put_nowait(5), str(queue))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def case_patched():
    queue = asyncio.Queue()
    queue._put = lambda item: queue._queue.extend([item, item])
    queue.put_nowait(1)
    print(str(queue))
    asyncio.LifoQueue._get = lambda self: "patched"
    try:
        queue = asyncio.LifoQueue()
        queue.put_nowait(1)
        print(await queue.get(), queue.get_nowait())
    finally:
        asyncio.LifoQueue._get = lambda self: self._queue.pop()
    queue = asyncio.LifoQueue()
    queue.put_nowait(2)
    print(await queue.get())
    full = asyncio.Queue.full
    asyncio.Queue.full = lambda self: True
    try:
        print(attempt(asyncio.Queue().put_nowait, 1))
    finally:
        asyncio.Queue.full = full
    queue = asyncio.Queue()
    print(queue.put_nowait(1), await queue.put(2), await queue.get())


async def case_by_hand():
    queue = asyncio.Queue(1)
    coro = queue.put(1)
    try:
        coro.send(None)
    except StopIteration as stop:
        print(stop.value, str(queue))
    coro = queue.put(2)
    future = coro.send(None)
    print(type(future).__name__, str(queue), queue.get_nowait(), future.done(), str(queue))
    future._asyncio_future_blocking = False
    try:
        coro.send(None)
    except StopIteration as stop:
        print(stop.value, str(queue))
    getter = asyncio.Queue().get()
    getter.send(None)
    print(getter.close())
    try:
        try:
            raise KeyError("before")
        except KeyError:
            asyncio.Queue().get_nowait()
    except asyncio.QueueEmpty as error:
        print(chain(error))


async def case_other_loops():
    queue = asyncio.Queue(1)

    async def contend():
        log = []
        await asyncio.gather(consume(queue, "a", 3, log), produce(queue, [1, 2, 3], log))
        print(log, str(queue))

    def run():
        loop = asyncio.SelectorEventLoop()
        try:
            return loop.run_until_complete(contend())
        finally:
            loop.close()

    await asyncio.to_thread(run)
    queue.put_nowait(1)
    print(await queue.get())
    try:
        await queue.get()
    except RuntimeError as error:
        print(str(error).rpartition(" is bound")[2])


async def case_freed():
    class Value:
        pass

    for cls in (*QUEUES, Told):
        queue, value = cls(), Value()
        seen = weakref.ref(value), weakref.ref(queue)
        queue.value = queue
        asyncio.Queue.put_nowait(queue, value)
        task = asyncio.create_task(asyncio.wait_for(queue.join(), 0.001))
        await asyncio.wait([task])
        print(type(task.exception()).__name__)
        del queue, value, task
        gc.collect()
        print([one() is None for one in seen])
    queue, value = asyncio.Queue(1), Value()
    seen = weakref.ref(value)
    await queue.put(1)
    task = asyncio.create_task(queue.put(value))
    await turns(1)
    del value
    print(seen() is not None, task.cancel())
    await asyncio.wait([task])
    del task
    gc.collect()
    print(seen() is None, str(queue))


async def case_no_loop():
    queue = asyncio.Queue(1)

    def run():
        out = []
        for coro in (queue.put(1), queue.get(), queue.join(), queue.get()):
            try:
                coro.send(None)
            except Exception as error:
                out.append((type(error).__name__, str(error)))
        return out

    print(await asyncio.to_thread(run))


async def main():
    await show_all(globals())
