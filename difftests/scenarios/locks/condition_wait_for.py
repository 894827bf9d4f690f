"""wait_for asks its predicate first, and after each wait; what it gives is what the predicate gave."""
import asyncio


class Truth:
    def __init__(self, name, fails=False):
        self.name = name
        self.fails = fails

    def __bool__(self):
        print("truth of", self.name)
        if self.fails:
            raise ArithmeticError("no truth")
        return False

    def __repr__(self):
        return self.name


async def waiter(condition, name, predicate):
    try:
        async with condition:
            print(name, "gets", await condition.wait_for(predicate))
    except Exception as error:
        print(name, "raises", repr(error), condition.locked())


async def main():
    condition = asyncio.Condition()
    found = []

    def picky():
        print("asked with", found)
        if len(found) == 3:
            raise LookupError("three")
        return found and found[-1]

    print(await condition.wait_for(lambda: "at once, without the lock"))
    for predicate in (lambda: None, lambda: Truth("t", True), 5):
        try:
            print(await condition.wait_for(predicate))
        except Exception as error:
            print(repr(error))
    tasks = [asyncio.create_task(waiter(condition, "a", picky))]
    await asyncio.sleep(0)
    for item in (0, Truth("falsy"), "x"):
        found.append(item)
        async with condition:
            condition.notify_all()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await tasks[0]
    found.clear()
    task = asyncio.create_task(waiter(condition, "b", picky))
    await asyncio.sleep(0)
    found.append("found")
    async with condition:
        condition.notify_all()
    await task
    found.clear()
    task = asyncio.create_task(waiter(condition, "c", picky))
    await asyncio.sleep(0)
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error), condition.locked())


asyncio.run(main())
