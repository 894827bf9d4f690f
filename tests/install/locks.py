"""Locks, events, conditions, semaphores, barriers: who gets them when, what a program sees of them and does with them."""

import asyncio
import collections
import gc
import inspect
import sys
import weakref

from cases import chain, show_all
from steps import turns

MAKERS = {
    "Lock": asyncio.Lock,
    "Semaphore": asyncio.Semaphore,
    "Semaphore(2)": lambda: asyncio.Semaphore(2),
    "Semaphore(1.0)": lambda: asyncio.Semaphore(1.0),
    "Semaphore(2**70)": lambda: asyncio.Semaphore(2**70),
    "BoundedSemaphore": asyncio.BoundedSemaphore,
    "BoundedSemaphore(2.5)": lambda: asyncio.BoundedSemaphore(2.5),
    "Condition": asyncio.Condition,
    "Condition(Lock)": lambda: asyncio.Condition(asyncio.Lock()),
    "Condition(Semaphore)": lambda: asyncio.Condition(asyncio.Semaphore()),
}


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error).partition(" at 0x")[0]


async def user(lock, name, log, stay=1, times=2):
    try:
        for i in range(times):
            async with lock as got:
                log.append((name, i, got, bool(lock.locked())))
                await turns(stay)
    except BaseException as error:
        log.append((name, repr(error)))
        raise


async def case_order():
    for name, make in MAKERS.items():
        lock, log = make(), []
        tasks = [asyncio.create_task(user(lock, one, log)) for one in "abcde"]
        await turns(2)
        print(name, look(lock))
        tasks[1].cancel("b")
        await turns(1)
        tasks[2].cancel()
        tasks[0].cancel("in its block")
        print(await asyncio.gather(*tasks, return_exceptions=True), look(lock))
        print(log)


async def case_woken_and_cancelled():
    for name, make in MAKERS.items():
        for late in range(3):
            lock, log = make(), []
            while not lock.locked() and len(log) < 3:
                log.append(await lock.acquire())
            tasks = [asyncio.create_task(user(lock, one, log, times=1)) for one in "abc"]
            await turns(1)
            for _ in log[:3]:
                lock.release()
            await turns(late)
            tasks[0].cancel("late")
            print(name, late, look(lock), await asyncio.gather(*tasks, return_exceptions=True), look(lock), log)


async def case_no_waiting():
    lock, event, condition, semaphore = asyncio.Lock(), asyncio.Event(), asyncio.Condition(), asyncio.BoundedSemaphore(2)
    print(await lock.acquire(), lock.locked(), lock.release(), lock.locked(), await semaphore.acquire(), semaphore.locked(), semaphore.release())
    print(event.is_set(), event.set(), event.is_set(), await event.wait(), event.clear(), look(event))
    print(await condition.acquire(), condition.notify(), condition.notify(3), condition.notify_all(), condition.release(), look(condition))
    print(await condition.acquire(), await condition.wait_for(lambda: [1]), condition.locked())
    for wrong in (lock.release, semaphore.release, asyncio.Condition().release, asyncio.Condition().notify, asyncio.Condition().notify_all):
        print(attempt(wrong))


async def case_arguments():
    lock, event, condition, semaphore, barrier = asyncio.Lock(), asyncio.Event(), asyncio.Condition(), asyncio.BoundedSemaphore(), asyncio.Barrier(2)
    functions = [
        asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.BoundedSemaphore, asyncio.Barrier,
        lock.acquire, lock.release, lock.locked, lock.__aenter__, lock.__aexit__, event.set, event.clear, event.is_set, event.wait,
        condition.wait, condition.wait_for, condition.notify, condition.notify_all, semaphore.acquire, semaphore.release, semaphore.locked,
        barrier.wait, barrier.reset, barrier.abort, barrier.__aenter__, barrier.__aexit__,
    ]  # fmt: skip
    for function in functions:
        for args, kwargs in (((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((), {"other": 1}), ((-1,), {}), (("x",), {}), ((None,), {})):
            try:
                made = function(*args, **kwargs)
            except Exception as error:
                print(function.__qualname__, args, kwargs, type(error).__name__, error)
            else:
                print(function.__qualname__, args, kwargs, type(made).__name__ if not inspect.isawaitable(made) else "awaitable")
                if inspect.isawaitable(made):
                    made.close()
    print(look(asyncio.Semaphore(value=3)), look(asyncio.Condition(lock=asyncio.Lock())), look(asyncio.Barrier(parties=3)))


async def case_looks():
    for cls in (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.BoundedSemaphore, asyncio.Barrier):
        print(cls, cls.__module__, cls.__qualname__, inspect.signature(cls), issubclass(cls, asyncio.Semaphore))
        print(sorted(name for name in dir(cls) if inspect.iscoroutinefunction(getattr(cls, name))))
        for name in ("acquire", "release", "wait", "wait_for", "notify", "set"):
            if hasattr(cls, name):
                print(name, inspect.signature(getattr(cls, name)), getattr(cls, name).__qualname__, bool(getattr(cls, name).__doc__))
    coro = asyncio.Lock().acquire()
    print(coro.__name__, coro.__qualname__, inspect.iscoroutine(coro) or asyncio.iscoroutine(coro))
    coro.close()
    lock = asyncio.Lock()
    lock.extra = 1
    print(lock.__dict__["extra"], weakref.ref(lock)() is lock, lock == lock, lock in {lock})


async def case_event():
    event, log = asyncio.Event(), []

    async def wait(name):
        log.append((name, await event.wait()))

    tasks = [asyncio.create_task(wait(name)) for name in "abc"]
    await turns(1)
    print(look(event), len(event._waiters))
    tasks[1].cancel("b")
    event.set()
    event.clear()
    print(look(event), await asyncio.gather(*tasks, return_exceptions=True), log, look(event), len(event._waiters))


async def case_condition():
    for name, make in MAKERS.items():
        if not name.startswith("Condition"):
            continue
        condition, log, ready = make(), [], []

        async def wait(one, times=1):
            async with condition:
                log.append((one, "has it"))
                try:
                    log.append((one, await condition.wait(), condition.locked()))
                except asyncio.CancelledError as error:
                    log.append((one, repr(error), condition.locked()))
                    raise

        async def wait_for(one):
            async with condition:
                log.append((one, await condition.wait_for(lambda: one in ready and ready)))

        tasks = [asyncio.create_task(wait(one)) for one in "abcd"] + [asyncio.create_task(wait_for(one)) for one in "xy"]
        await turns(3)
        print(name, look(condition), len(condition._waiters))
        async with condition:
            print(condition.notify(0), condition.notify(1.5), condition.notify(-1), look(condition))
        tasks[2].cancel("c")
        await turns(4)
        ready.append("y")
        async with condition:
            condition.notify_all()
            tasks[3].cancel("d, while it waits for the lock")
            await turns(2)
            tasks[3].cancel("d, again")
        await turns(4)
        print(log, [task.done() for task in tasks])
        tasks[4].cancel()
        print(await asyncio.gather(*tasks, return_exceptions=True), look(condition))


async def case_predicate():
    condition = asyncio.Condition()
    async with condition:
        for predicate in (lambda: 1 / 0, lambda: [], 5):
            task = asyncio.create_task(condition.wait_for(predicate))
            await turns(2)
            print(task.done(), look(condition))
            if task.done():
                print(repr(task.exception()))
            else:
                await condition.acquire()
                condition.notify()
                await turns(2)
                task.cancel("while it waits for the lock")
                condition.release()
                await asyncio.wait([task])
                print(task.cancelled(), look(condition))
    condition.release()
    try:
        await condition.wait()
    except RuntimeError as error:
        print(error)


async def case_barrier():
    barrier, log = asyncio.Barrier(3), []

    async def party(name):
        try:
            log.append((name, await barrier.wait(), barrier.n_waiting))
            async with barrier as index:
                log.append((name, index))
        except (asyncio.BrokenBarrierError, asyncio.CancelledError) as error:
            log.append((name, repr(error), barrier.broken))

    tasks = [asyncio.create_task(party(name)) for name in "abc"]
    await turns(1)
    print(look(barrier), barrier.parties, barrier.n_waiting, barrier.broken, barrier._count, barrier._state)
    await asyncio.gather(*tasks)
    print(log, look(barrier))
    for change in (barrier.reset, barrier.abort):
        log.clear()
        tasks = [asyncio.create_task(party(name)) for name in "ab"]
        await turns(2)
        print(look(barrier), await change(), look(barrier))
        await asyncio.gather(*tasks)
        print(log, look(barrier))
    print(await barrier.reset(), look(barrier))
    for parties in (0, -1, "x", None, 1.5, True, 2**70):
        print(parties, attempt(lambda: look(asyncio.Barrier(parties))))
    barrier = asyncio.Barrier(1.0)
    print(await barrier.wait(), look(barrier))


async def case_derived():
    class Lock(asyncio.Lock):
        def __init__(self, name):
            super().__init__()
            self.name = name

        async def acquire(self):
            print("acquire", self.name)
            return await super().acquire()

        def release(self):
            print("release", self.name)
            super().release()

    class Waking(asyncio.Lock):
        def _wake_up_first(self):
            print("wakes", len(self._waiters or ()))
            super()._wake_up_first()

    class Counting(asyncio.Semaphore):
        def locked(self):
            print("asked")
            return super().locked()

    class Own(asyncio.Condition):
        async def wait(self):
            print("waits")
            return await super().wait()

        def _notify(self, n):
            print("notifies", n)
            super()._notify(n)

    log = []
    for lock in (Lock("x"), Waking(), Counting(1)):
        await asyncio.gather(*(user(lock, name, log) for name in "ab"))
        print(type(lock).__name__, log, look(lock))
        log.clear()
    condition = asyncio.Condition(Lock("of a condition"))
    await asyncio.gather(*(user(condition, name, log) for name in "ab"))
    if sys.version_info >= (3, 13):
        own, ready = Own(), []
        task = asyncio.create_task(own.wait_for(lambda: ready)) if await own.acquire() else None
        await turns(2)
        await own.acquire()
        ready.append(1)
        own.notify()
        own.release()
        print(await task)

UNMADE = {
    asyncio.Lock: "locked release __repr__ acquire __aenter__ _locked _waiters",
    asyncio.Event: "is_set set clear __repr__ wait _value _waiters",
    asyncio.Semaphore: "locked release __repr__ acquire __aenter__ _value _waiters",
    asyncio.BoundedSemaphore: "locked release __repr__ acquire __aenter__ _value _bound_value",
    asyncio.Condition: "notify_all __repr__ wait _waiters _lock",
    asyncio.Barrier: "parties n_waiting broken __repr__ wait reset abort",
}


async def case_unmade():
    for cls, names in UNMADE.items():
        for name in names.split():
            unmade = cls.__new__(cls)
            try:
                found = getattr(unmade, name)
                answer = found() if callable(found) else found
                print(cls.__name__, name, await answer if inspect.isawaitable(answer) else answer)
            except (AttributeError, TypeError) as error:
                print(cls.__name__, name, error)


async def case_patched():
    lock = asyncio.Lock()
    lock.acquire = lambda: asyncio.sleep(0, print("acquire of the object"))
    async with lock:
        print(lock.locked())
        lock.release = lambda: print("release of the object")
    condition = asyncio.Condition()
    condition.locked = lambda: True
    condition.release = lambda: print("gives it up")
    print(look(condition))
    task = asyncio.create_task(condition.wait())
    await turns(2)
    condition.notify()
    print(await task, look(condition))
    original = asyncio.Lock.release
    asyncio.Lock.release = lambda self: print("release of the class") or original(self)
    try:
        async with asyncio.Lock() as lock:
            pass
        async with asyncio.Condition():
            pass
    finally:
        asyncio.Lock.release = original
    async with asyncio.Lock() as lock:
        pass


class Undecided:
    def __bool__(self):
        raise ValueError("undecided")


def set_flag(thing, name):
    """asyncio keeps any value and looks at it later, where aiocore asks at once: what cannot be asked changes nothing."""
    for value in (1, "", [0], None, True):
        setattr(thing, name, value)
        print(name, bool(getattr(thing, name)), str(thing).rpartition(" [")[2])
    undecided = Undecided()
    try:
        setattr(thing, name, undecided)
        bool(getattr(thing, name))
    except ValueError as error:
        print(error, getattr(thing, name) in (True, undecided))


async def case_flags():
    set_flag(asyncio.Lock(), "_locked")
    set_flag(asyncio.Event(), "_value")
    if hasattr(asyncio, "QueueShutDown"):
        set_flag(asyncio.Queue(), "_is_shutdown")


async def case_private_places():
    """_waiters is a deque, in which a program may look for somebody, and let somebody in before others."""
    loop, semaphore = asyncio.get_running_loop(), asyncio.Semaphore(0)
    tasks = [asyncio.create_task(semaphore.acquire()) for _ in range(3)]
    await turns(1)
    places = (1, 0, -1, 99, -99)
    mine = {place: loop.create_future() for place in places}
    for place, future in mine.items():
        semaphore._waiters.insert(place, future)
        print(place, semaphore._waiters.index(future), semaphore._waiters.count(future), [w in mine.values() for w in semaphore._waiters.copy()])
    print(attempt(semaphore._waiters.index, mine[0], 5), attempt(semaphore._waiters.insert, "x", mine[0])[0], semaphore._waiters.count(None))
    for _ in range(8):
        semaphore.release()
        await turns(2)
        print([task.done() for task in tasks], [future.done() for future in mine.values()], look(semaphore))
        for future in mine.values():
            if future.done() and future in semaphore._waiters:
                semaphore._waiters.remove(future)


async def case_private():
    loop = asyncio.get_running_loop()
    lock, event, semaphore, condition = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0), asyncio.Condition()
    print(lock._waiters, lock._locked, lock._loop, semaphore._waiters, semaphore._value, event._waiters, event._value, condition._lock._locked)
    await lock.acquire()
    tasks = [asyncio.create_task(lock.acquire()), asyncio.create_task(event.wait()), asyncio.create_task(semaphore.acquire())]
    await turns(1)
    for thing in (lock, event, semaphore):
        print(look(thing), len(thing._waiters), bool(thing._waiters), [(w.done(), w.cancelled()) for w in thing._waiters], thing._loop is loop)
        print(thing._get_loop() is loop)
    mine = [loop.create_future() for _ in range(3)]
    for thing, future in zip((lock, event, semaphore), mine):
        thing._waiters.append(future)
        print(look(thing), thing._waiters[1] is future, thing._waiters[-1] is future, future in thing._waiters)
    lock.release()
    event.set()
    semaphore.release()
    await turns(2)
    print(await asyncio.gather(*tasks), [future.done() for future in mine])
    lock.release()
    semaphore.release()
    semaphore.release()
    print([future.done() for future in mine], [look(thing) for thing in (lock, event, semaphore)])
    for thing, future in zip((lock, event, semaphore), mine):
        print(attempt(thing._waiters.remove, future), attempt(thing._waiters.popleft), list(thing._waiters), look(thing))
    semaphore._value = 5
    lock._locked = True
    event._value = False
    lock._waiters = collections.deque(loop.create_future() for _ in range(2))
    first = lock._waiters[0]
    print(look(semaphore), look(lock), look(event), event.is_set(), await semaphore.acquire(), semaphore._value)
    lock.release()
    print(first.done(), lock._waiters.popleft() is first, look(lock))
    semaphore._value = -1
    print(look(semaphore), semaphore.release(), look(semaphore))
    lock._loop = object()
    await asyncio.Lock.acquire(lock) if not lock._waiters else None
    lock._waiters = None
    lock._locked = True
    try:
        await lock.acquire()
    except RuntimeError as error:
        print(str(error).rpartition("]>")[2])


async def case_by_hand():
    lock = asyncio.Lock()
    for expected in ("gets it", "waits"):
        coro = lock.acquire()
        try:
            future = coro.send(None)
            print(expected, type(future).__name__, future.done(), future._asyncio_future_blocking)
        except StopIteration as stop:
            print(expected, stop.value)
    lock.release()
    print(future.done(), look(lock))
    try:
        future._asyncio_future_blocking = False
        coro.send(None)
    except StopIteration as stop:
        print(stop.value, look(lock))
    coro = lock.acquire()
    coro.send(None)
    print(look(lock), coro.close(), look(lock))
    coro = lock.acquire()
    coro.send(None)
    try:
        coro.throw(asyncio.CancelledError("thrown"))
    except asyncio.CancelledError as error:
        print(repr(error), look(lock))
    try:
        lock.acquire().throw(ValueError("x"))
    except ValueError as error:
        print(repr(error))
    try:
        async with lock.acquire():
            pass
    except (TypeError, AttributeError) as error:
        print(type(error).__name__)
    try:
        with await asyncio.Lock().acquire():
            pass
    except (TypeError, AttributeError) as error:
        print(type(error).__name__)


async def case_context():
    lock = asyncio.Lock()
    try:
        try:
            raise KeyError("before")
        except KeyError:
            lock.release()
    except RuntimeError as error:
        print(chain(error))
    try:
        async with lock:
            raise ValueError("inside")
    except ValueError as error:
        print(chain(error), look(lock))
    condition = asyncio.Condition()
    try:
        try:
            raise KeyError("before")
        except KeyError:
            await condition.wait()
    except RuntimeError as error:
        print(chain(error))
    try:
        async with lock:
            lock.release()
            raise ValueError("inside")
    except RuntimeError as error:
        print(chain(error))


async def case_second_init():
    lock, semaphore, event = asyncio.Lock(), asyncio.Semaphore(0), asyncio.Event()
    await lock.acquire()
    tasks = [asyncio.create_task(thing) for thing in (lock.acquire(), semaphore.acquire(), event.wait())]
    await turns(1)
    print(lock.__init__(), semaphore.__init__(3), event.__init__())
    print([look(thing) for thing in (lock, semaphore, event)])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def case_freed():
    class Value:
        pass

    for make in MAKERS.values():
        lock = make()
        lock.value = Value()
        lock.itself = lock
        seen = weakref.ref(lock.value)
        waiter = asyncio.create_task(lock.acquire())
        await turns(1)
        waiter.cancel()
        await turns(2)
        del lock, waiter
        gc.collect()
        print(seen() is None)


async def case_abandoned():
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.create_task(lock.acquire())
    await turns(1)
    seen = weakref.ref(task)
    print(len(lock._waiters), task in asyncio.all_tasks())
    task.cancel()
    await turns(2)
    del task
    gc.collect()
    print(seen() is None, look(lock))


async def case_other_loops():
    lock, semaphore = asyncio.Lock(), asyncio.Semaphore()

    def run(function):
        async def main():
            return await function()

        loop = asyncio.SelectorEventLoop()
        try:
            return loop.run_until_complete(main())
        except RuntimeError as error:
            return str(error).rpartition("]>")[2]
        finally:
            loop.close()

    async def contend():
        async with lock:
            task = asyncio.create_task(user(lock, "a", [], times=1))
            await turns(1)
            print(look(lock))
        await task
        return look(lock)

    async def wait_again():
        async with lock:
            await asyncio.wait_for(lock.acquire(), 1)

    print(await asyncio.to_thread(run, lock.acquire), lock.release())
    print(await asyncio.to_thread(run, semaphore.acquire), semaphore.release())
    print(await asyncio.to_thread(run, contend))
    print(await asyncio.to_thread(run, wait_again))
    async with lock:
        try:
            await lock.acquire()
        except RuntimeError as error:
            print(str(error).rpartition("]>")[2])


class OwnFuture(asyncio.Future):
    def set_result(self, result):
        print("set_result", result)
        super().set_result(result)


class OwnLoop(asyncio.SelectorEventLoop):
    def create_future(self):
        print("create_future")
        return OwnFuture(loop=self)


async def case_own_futures():
    async def main():
        lock, event, semaphore, condition = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(), asyncio.Condition()
        for thing in (lock, semaphore, condition):
            log = []
            await asyncio.gather(*(user(thing, name, log) for name in "abc"))
            print(log, look(thing))
        task = asyncio.create_task(event.wait())
        await turns(1)
        event.set()
        print(await task, await asyncio.gather(*(asyncio.Barrier(1).wait() for _ in range(2))))

    def run():
        loop = OwnLoop()
        loop.run_until_complete(main())
        loop.close()

    await asyncio.to_thread(run)


async def main():
    await show_all(globals())
