"""set_name and get_name: any object becomes its str; the name shows in the repr."""
import asyncio


class Thing:
    def __repr__(self):
        return "repr of a thing"

    def __str__(self):
        return "str of a thing"


async def body():
    print("inside:", asyncio.current_task().get_name())


async def main():
    task = asyncio.create_task(body(), name="first name")
    print(task.get_name())
    for name in ("second", 42, Thing(), ("a", 1), ""):
        print(task.set_name(name), repr(task.get_name()))
    task.set_name("last name")
    await task
    print(task.get_name(), repr(task).split(" coro=")[0])
    asyncio.current_task().set_name("the main task")
    print(asyncio.current_task().get_name())


asyncio.run(main())
