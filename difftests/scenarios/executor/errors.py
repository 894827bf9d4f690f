"""Exceptions that are more than errors, out of a thread."""
# clock: real, threads take their own
import asyncio
import concurrent.futures


def throw(error):
    raise error


class Odd(BaseException):
    pass


async def main():
    for error in (
        KeyError("k"),
        asyncio.CancelledError("inner"),
        concurrent.futures.CancelledError("outer"),
        asyncio.InvalidStateError("state"),
        TimeoutError("late"),
        Odd("odd"),
    ):
        try:
            await asyncio.to_thread(throw, error)
        except BaseException as caught:
            print(repr(caught), type(caught) is type(error), repr(caught.__cause__))
    throw_soon = asyncio.get_running_loop().run_in_executor(None, throw, SystemExit(3))
    await throw_soon


asyncio.run(main())
