"""What is raised out of a wait while an error is being handled has that as its context, if a statement raised it."""
import asyncio


async def chain(condition, handled):
    async with condition:
        try:
            if handled:
                try:
                    raise KeyError("handled")
                except KeyError:
                    await condition.wait()
            else:
                await condition.wait()
        except BaseException as error:
            print(repr(error), "context", repr(error.__context__), "cause", repr(error.__cause__))


async def main():
    for handled in (False, True):
        for plan in ("early", "late", "both"):
            condition = asyncio.Condition()
            task = asyncio.create_task(chain(condition, handled))
            await asyncio.sleep(0)
            async with condition:
                if plan != "late":
                    task.cancel("one")
                    await asyncio.sleep(0)
                else:
                    condition.notify()
                    await asyncio.sleep(0)
                if plan != "early":
                    task.cancel("two")
                    await asyncio.sleep(0)
            await task
            print(plan, "uncancelled", task.cancelling())
    condition = asyncio.Condition()
    try:
        raise KeyError("handled")
    except KeyError:
        try:
            await condition.wait()
        except RuntimeError as error:
            print(repr(error), repr(error.__context__))


asyncio.run(main())
