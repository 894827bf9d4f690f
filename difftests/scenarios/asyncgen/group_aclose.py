"""aclose() of a generator that is suspended in a group: GeneratorExit is wrapped in a group before 3.15 (gh-135736)."""
# record: not compared, before 3.12.9 and 3.13.2 a cycle keeps the generator until the loop is shut down (gh-124958)
import asyncio


async def child():
    try:
        await asyncio.sleep(10)
    finally:
        print("child is left")


async def generator():
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        await asyncio.sleep(0)
        yield 1


async def main():
    gen = generator()
    print(await anext(gen))
    try:
        await gen.aclose()
        print("closed")
    except BaseException as error:
        print(repr(error))


asyncio.run(main())
