"""A gather that was cancelled is a CancelledError even if every child has swallowed that; without return_exceptions it is not."""
import asyncio


async def stubborn(name):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print(name, "goes on")
    return name


async def attempt(**keywords):
    gathering = asyncio.gather(stubborn("a"), stubborn("b"), **keywords)
    await asyncio.sleep(1)
    gathering.cancel("m")
    try:
        print(await gathering)
    except asyncio.CancelledError as error:
        print("gather", error.args)


async def attempt_between_steps():
    async def yielding():
        try:
            while True:
                await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            print("swallowed", error.args)

    gathering = asyncio.gather(yielding(), return_exceptions=True)
    await asyncio.sleep(0)
    gathering.cancel("m")
    try:
        print(await gathering)
    except asyncio.CancelledError as error:
        print("gather", error.args)


async def main():
    await attempt()
    await attempt(return_exceptions=True)
    await attempt_between_steps()


asyncio.run(main())
