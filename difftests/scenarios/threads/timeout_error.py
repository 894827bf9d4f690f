"""A TimeoutError on its way between two futures is another one, without its cause, before gh-117459, and then the very one."""
import asyncio
import concurrent.futures


class Mine(TimeoutError):
    pass


def show(words, error, first):
    print(words, repr(error), error is first, repr(error.__cause__))


async def fails(error):
    raise error from KeyError("cause")


async def main():
    for error in (TimeoutError("a"), Mine("b")):
        source = concurrent.futures.Future()
        wrapper = asyncio.wrap_future(source)
        error.__cause__ = KeyError("cause")
        source.set_exception(error)
        await asyncio.sleep(0)
        show("wrapped", wrapper.exception(), error)
    for error in (TimeoutError("c"), Mine("d")):
        future = asyncio.run_coroutine_threadsafe(fails(error), asyncio.get_running_loop())
        await asyncio.sleep(0.5)
        show("submitted", future.exception(), error)


asyncio.run(main())
