"""Small things that the programs here await, and what an exception says of itself."""

import asyncio
import traceback


def told(error):
    """An exception with all that belongs to it, without lines of asyncio's own."""
    if error is None:
        return None
    inner = [told(each) for each in error.exceptions] if isinstance(error, BaseExceptionGroup) else []
    return (
        type(error).__name__, str(error), inner, told(error.__cause__), type(error.__context__).__name__, error.__suppress_context__,
        [frame.name for frame in traceback.extract_tb(error.__traceback__) if "asyncio" not in frame.filename],
    )  # fmt: skip


async def turns(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def value(result, after=1):
    await turns(after)
    return result


async def fail(error, after=0):
    await turns(after)
    raise error
