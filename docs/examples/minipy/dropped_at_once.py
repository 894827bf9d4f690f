"""References are counted: what nobody holds any more ends at once, where CPython's would, and says so."""
import asyncio


class Pause:
    def __await__(self):
        yield


async def suspended():
    try:
        await Pause()
    finally:
        print("  its finally runs")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("  reported:", context["message"]))

    print("a coroutine that is suspended")
    coroutine = suspended()
    coroutine.send(None)
    del coroutine

    print("a future whose exception nobody has asked for")
    failed = loop.create_future()
    failed.set_exception(ValueError("unseen"))
    del failed
    print("main ends")


asyncio.run(main())
