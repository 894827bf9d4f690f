"""What the programs here share: cases are awaited one after the other, and what they give or raise is printed."""

import asyncio
import warnings

warnings.simplefilter("ignore", RuntimeWarning)  # of coroutines that nobody awaits: where they were made is told otherwise


async def val(x, delay=0):
    await asyncio.sleep(delay)
    return x


async def boom(delay=0):
    await asyncio.sleep(delay)
    raise ValueError("boom")


def chain(error):
    out = []
    while error is not None:
        out.append((type(error).__name__, str(error), type(error.__cause__).__name__, error.__suppress_context__))
        error = error.__context__
    return out


async def show(case):
    try:
        print(case.__name__, await case())
    except BaseException as error:
        print(case.__name__, chain(error))


async def show_all(names):
    for name, case in list(names.items()):
        if name.startswith("case_"):
            await show(case)
