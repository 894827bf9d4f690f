"""Found by random programs (random_61000125): line 10 of the output differed
on CPython 3.13.0 install, 3.13.18 install, 3.14.10 install, 3.15.2 install."""
import asyncio
import contextvars
import concurrent.futures
var = contextvars.ContextVar('var', default=0)
tasks = []
ranks = []
futures = []
handles = []
kept = []
contexts = []
conditions = []
semaphores = []
barriers = []
queues = []
sources = []
count = 0
ended = False

def note(mark, *words):
    if ended:
        return
    task = asyncio.current_task()
    who = '- -' if task is None else f'{task.get_name()} {task.cancelling()}'
    print(mark, who, var.get(), asyncio.get_running_loop().time(), *[plain(word) for word in words])

def show(error):
    words = ', '.join([str(word).split(' <')[0].split(' at ')[0] for word in error.args])
    cause, context = (error.__cause__, error.__context__)
    how, other = ('from', cause) if cause is not None else ('in', context)
    tail = f' {how} {type(other).__name__}' if other is not None else ''
    return f'{type(error).__name__}({words}){tail}'

def plain(value):
    return show(value) if isinstance(value, BaseException) else value

def state(future):
    pass

def task(index):
    return tasks[index % len(tasks)]

def source(index):
    return sources[index % len(sources)]

def later(rank, index):
    found = [task for task, its in zip(tasks, ranks) if its > rank]
    return found[index % len(found)] if found else futures[0]

def keep(task, rank):
    tasks.append(task)
    ranks.append(rank)
    return task

class AsyncGuard:

    def __init__(self, mark, swallows=()):
        self.mark = mark
        self.swallows = swallows

    async def __aenter__(self):
        await asyncio.sleep(0)
        note(self.mark, 'enter')
        return self

    async def __aexit__(self, kind, error, traceback):
        note(self.mark, 'exit', show(error) if error is not None else None)
        await asyncio.sleep(0)
        return isinstance(error, self.swallows)

async def f0(n):
    pass

async def f1(n):
    await asyncio.sleep(0)
    t26 = keep(asyncio.get_running_loop().create_task(asyncio.sleep(3, 27)), 4)

async def f2(n):
    try:
        async for one in asyncio.as_completed([future for future in [futures[0], futures[0]] if not future.done()], timeout=1):
            note(63, state(one), one in tasks)
    except (asyncio.CancelledError, Exception) as error:
        note(64, show(error))
    try:
        async with asyncio.TaskGroup() as g65:
            async with AsyncGuard(66, asyncio.CancelledError):
                pass
            note(68, task(4).cancel())
            try:
                note(70, await asyncio.wait_for(f3(1), 2))
            except (asyncio.CancelledError, Exception) as error:
                note(71, show(error))
            try:
                note(72, await f3(0))
            except (asyncio.CancelledError, Exception) as error:
                note(73, show(error))
    except (asyncio.CancelledError, Exception) as error:
        note(74, show(error))

async def f3(n):
    try:
        async for one in asyncio.as_completed([future for future in [later(3, -1), later(3, 1), later(3, 2)] if not future.done()]):
            note(78, state(one), one in tasks)
    except BaseException as error:
        note(79, show(error))
    try:
        async for one in asyncio.as_completed([future for future in [later(3, 0)] if not future.done()]):
            note(80, state(one), one in tasks)
    except (asyncio.CancelledError, Exception) as error:
        note(81, show(error))

async def main(number):
    kept.extend([list(tasks), list(futures), list(handles), list(contexts), list(conditions), list(semaphores), list(barriers), list(queues), list(sources)])
    tasks[:] = [asyncio.current_task()]
    ranks[:] = [-1]
    futures[:] = [asyncio.get_running_loop().create_future() for _ in range(1)]
    contexts[:] = [contextvars.copy_context()]
    conditions[:] = [asyncio.Condition(), asyncio.Condition()]
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    try:
        try:
            keep(asyncio.create_task(f0(1)), 0)
            await asyncio.sleep(0)
            keep(asyncio.create_task(f1(2)), 1)
            keep(asyncio.create_task(f2(3)), 2)
            keep(asyncio.create_task(f3(0)), 3)
            handles.append(asyncio.get_running_loop().call_soon(task(5).cancel, context=contextvars.copy_context()))
            var.set(105)
        except asyncio.CancelledError as error:
            note(106, show(error))
        for n in range(19):
            if all([each.done() for each in tasks[1:]]):
                break
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError as error:
                note(107, show(error))
                raise
            if not futures[n % len(futures)].done():
                futures[n % len(futures)].set_result(n)
            if n > 4:
                await barriers[n % 2].reset()
            try:
                if n % 2 and (not queues[0].empty()):
                    note(0, queues[0].get_nowait())
                elif not queues[n % 2].full():
                    queues[n % 2].put_nowait(n)
            except Exception as error:
                note(0, show(error))
            for source in list(sources):
                if n % 2 and (not source.done()):
                    source.set_result(n)
            if n >= 9:
                for each in tasks[1:]:
                    each.cancel()
    finally:
        note(109, [state(each) for each in tasks[1:]], [state(each) for each in futures])
    return 110
try:
    note(111, asyncio.run(main(0)))
finally:
    ended = True
