"""A race that is cancelled waits for its tasks; before gh-128479 it is left while these still run."""
# flag: staggered_race_leaves_no_task
import asyncio
from asyncio.staggered import staggered_race


async def work():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print("cancelled", error.args)
        await asyncio.sleep(1)
        print("work ends")
        raise


async def main():
    race = asyncio.create_task(staggered_race([work], None))
    await asyncio.sleep(1)
    race.cancel("message")
    try:
        await race
    except asyncio.CancelledError:
        print("race ends", asyncio.get_running_loop().time())
    await asyncio.sleep(5)


asyncio.run(main())
