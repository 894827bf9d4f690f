"""Two tasks may await one gather; cancelling one of them cancels the gather for both."""
import asyncio


async def child(value):
    await asyncio.sleep(2)
    return value


async def wait(name, gathering):
    try:
        print(name, await gathering)
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args)


async def main():
    gathering = asyncio.gather(child(1), child(2))
    await asyncio.gather(wait("a", gathering), wait("b", gathering))
    gathering = asyncio.gather(child(1), child(2))
    first = asyncio.create_task(wait("a", gathering))
    second = asyncio.create_task(wait("b", gathering))
    await asyncio.sleep(1)
    first.cancel("m")
    await second
    await first


asyncio.run(main())
