"""How asyncio calls a cancel() of one's own: a task by position what it waits for, a gather by name, all others with nothing."""
import asyncio


class AnyTask(asyncio.Task):
    def cancel(self, *args, **keywords):
        print("cancel", args, keywords)
        return super().cancel(*args, **keywords)


class BareTask(asyncio.Task):
    """Cannot be cancelled by a task that waits for it, nor by a gather."""

    def cancel(self):
        print("cancel")
        return super().cancel()


class NamedTask(asyncio.Task):
    """Cannot be cancelled by a task that waits for it."""

    def cancel(self, *, msg=None):
        print("cancel", repr(msg))
        return super().cancel(msg)


class AnyFuture(asyncio.Future):
    def cancel(self, *args, **keywords):
        print("future", args, keywords)
        return super().cancel(*args, **keywords)


async def nap():
    await asyncio.sleep(5)


async def fail():
    await asyncio.sleep(1)
    raise ValueError("child")


async def group_of_tasks():
    async with asyncio.TaskGroup() as group:
        group.create_task(nap())
        group.create_task(fail())


async def by_timeout():
    async with asyncio.timeout(1):
        await nap()


async def by_wait_for():
    await asyncio.wait_for(nap(), 1)


async def by_wait_for_at_once():
    await asyncio.wait_for(asyncio.create_task(nap()), 0)


async def by_gather():
    gathered = asyncio.gather(nap(), nap())
    await asyncio.sleep(1)
    try:
        gathered.cancel()
    finally:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            asyncio.Task.cancel(task)
    await gathered


async def by_gather_with_a_message():
    gathered = asyncio.gather(asyncio.create_task(nap()))
    await asyncio.sleep(1)
    try:
        gathered.cancel("message")
    finally:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            asyncio.Task.cancel(task)
    await gathered


async def await_it(awaitable):
    await awaitable


async def by_a_task(awaitable, *message):
    plain = asyncio.Task(await_it(awaitable))
    await asyncio.sleep(1)
    try:
        print(plain.cancel(*message))
        await plain
    finally:
        if isinstance(awaitable, asyncio.Task):
            asyncio.Task.cancel(awaitable)
        else:
            asyncio.Future.cancel(awaitable)
        await asyncio.wait([plain])
        print(plain.cancelled())


async def before_it_waits(awaitable, *message):
    async def body():
        asyncio.current_task().cancel(*message)
        await awaitable

    try:
        await asyncio.Task(body())
    finally:
        if isinstance(awaitable, asyncio.Task):
            asyncio.Task.cancel(awaitable)


async def attempt(name, coro):
    print(name)
    try:
        await asyncio.Task(coro)
    except (Exception, asyncio.CancelledError) as error:
        print(name, type(error).__name__, error)
        if isinstance(error, ExceptionGroup):
            print(error.exceptions)


def use(loop, kind):
    print("--", kind.__name__)
    loop.set_task_factory(lambda loop, coro, **keywords: kind(coro, loop=loop, **keywords))


async def main():
    loop = asyncio.get_running_loop()
    for kind in (AnyTask, BareTask, NamedTask):
        use(loop, kind)
        await attempt("group", group_of_tasks())
        await attempt("timeout", by_timeout())
        await attempt("wait_for", by_wait_for())
        await attempt("wait_for at once", by_wait_for_at_once())
        await attempt("gather", by_gather())
        await attempt("gather with a message", by_gather_with_a_message())
        await attempt("task", by_a_task(asyncio.create_task(nap())))
        await attempt("task with a message", by_a_task(asyncio.create_task(nap()), "message"))
        await attempt("before it waits", before_it_waits(asyncio.create_task(nap())))
    loop.set_task_factory(None)
    print("-- futures")
    await attempt("task", by_a_task(AnyFuture()))
    await attempt("task with a message", by_a_task(AnyFuture(), "message"))
    await attempt("before it waits", before_it_waits(AnyFuture()))
    await attempt("before it waits, with a message", before_it_waits(AnyFuture(), "message"))
    use(loop, BareTask)
    asyncio.create_task(nap())
    await asyncio.sleep(0)


asyncio.run(main())
