"""create_task(eager_start=True) of the module, the loop and a group; eager_start=False with an eager factory."""
# requires: 3.14
import asyncio


async def body(name):
    print(name, "begins")
    await asyncio.sleep(0)
    print(name, "ends")
    return name


async def main():
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(body("first"), eager_start=True)
    print("after first")
    second = loop.create_task(body("second"), eager_start=True, name="second name")
    print("after second", second.get_name())
    third = asyncio.create_task(body("third"), eager_start=False)
    print("after third")
    fourth = asyncio.create_task(body("fourth"), eager_start=None)
    print("after fourth")
    async with asyncio.TaskGroup() as group:
        group.create_task(body("in the group"), eager_start=True)
        print("after the group's")
    loop.set_task_factory(asyncio.eager_task_factory)
    fifth = asyncio.create_task(body("fifth"), eager_start=False)
    print("after fifth")
    for task in (first, second, third, fourth, fifth):
        print(await task)


asyncio.run(main())
