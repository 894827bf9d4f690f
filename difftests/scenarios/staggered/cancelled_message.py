"""The message of a cancellation goes on to the tasks; while these end, another cancellation goes on, too."""
import asyncio
from asyncio.staggered import staggered_race


async def slow():
    for _ in range(3):
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError as error:
            print("slow", error.args, asyncio.current_task().cancelling())
    raise ValueError("slow")


async def main():
    race = asyncio.create_task(staggered_race([slow, slow], 1))
    await asyncio.sleep(2)
    race.cancel("first")
    await asyncio.sleep(1)
    race.cancel("second")
    await asyncio.sleep(1)
    race.cancel()
    await asyncio.sleep(1)
    print(race.done())
    try:
        await race
    except asyncio.CancelledError as error:
        print(error.args, asyncio.get_running_loop().time(), race.cancelling(), repr(error.__context__))
    await asyncio.sleep(20)


asyncio.run(main())
