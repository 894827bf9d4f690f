"""Whatever goes wrong with a function counts as its failure: it raises, it gives nothing that can be awaited, it is none."""
import asyncio
from asyncio.staggered import staggered_race


def raises():
    raise KeyError("raises")


async def cancels_itself():
    raise asyncio.CancelledError("itself")


async def stops():
    raise StopIteration("stop")


async def exits():
    raise GeneratorExit("exit")


async def main():
    result = await staggered_race([raises, lambda: 5, None, 7, cancels_itself, stops, exits], 1)
    for error in result[2]:
        print(repr(error), repr(error.__context__))
    print(result[:2], asyncio.get_running_loop().time())


asyncio.run(main())
