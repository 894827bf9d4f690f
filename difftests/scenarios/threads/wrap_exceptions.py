"""The exceptions of concurrent.futures become asyncio's on their way; subclasses and all others are handed over as they are."""
import asyncio
import concurrent.futures


class Mine(concurrent.futures.CancelledError):
    pass


async def main():
    for error in (
        concurrent.futures.CancelledError("a", 1),
        concurrent.futures.InvalidStateError("b"),
        concurrent.futures.TimeoutError("c"),
        Mine("d"),
    ):
        source = concurrent.futures.Future()
        wrapper = asyncio.wrap_future(source)
        source.set_exception(error)
        await asyncio.sleep(0)
        try:
            await wrapper
        except BaseException as got:
            print(repr(got), type(got) is type(error), isinstance(got, asyncio.CancelledError), wrapper.cancelled())
        else:
            print("nothing came")


asyncio.run(main())
