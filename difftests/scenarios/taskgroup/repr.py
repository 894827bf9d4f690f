"""What a group's repr shows at each stage."""
import asyncio


async def fail():
    raise ValueError("x")


async def lingers(group):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("aborting:", repr(group))
        await asyncio.sleep(1)
        print("still aborting:", repr(group))


async def main():
    group = asyncio.TaskGroup()
    print("made:", repr(group))
    try:
        async with group:
            print("entered:", repr(group))
            group.create_task(lingers(group))
            group.create_task(lingers(group))
            print("two tasks:", repr(group))
            await asyncio.sleep(0)
            group.create_task(fail())
            print("three tasks:", repr(group))
    except* ValueError:
        print("at the end:", repr(group))


asyncio.run(main())
