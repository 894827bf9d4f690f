"""A child that fails after its group was left: silence; later an AttributeError in the group's callback (gh-124958)."""
# flag: taskgroup_forgets_at_exit
import asyncio


class Stubborn(asyncio.Task):
    """Cancelling the second one raises, and that leaves the group while both still run."""

    def cancel(self, msg=None):
        if self.get_name() == "second":
            raise ValueError("second")
        return super().cancel()


async def late():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        raise ValueError("late")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, report: print("handler", report["message"], repr(report["exception"])))
    loop.set_task_factory(lambda loop, coro, **keywords: tasks.append(Stubborn(coro, loop=loop, **keywords)) or tasks[-1])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(late(), name="first")
            group.create_task(late(), name="second")
            await asyncio.sleep(0)
            raise LookupError("body")
    except ValueError as error:
        print("the exit raises", repr(error))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print([task.done() for task in tasks])
    tasks[1].set_name("third")
    tasks[1].cancel()
    await asyncio.sleep(1)


tasks = []
asyncio.run(main())
