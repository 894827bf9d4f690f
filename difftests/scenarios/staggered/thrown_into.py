"""The race driven by hand: what is thrown in, or a close, leaves it; older releases cancel its tasks then."""
import asyncio
from asyncio.staggered import staggered_race


async def work():
    try:
        await asyncio.sleep(2)
    except asyncio.CancelledError:
        print("cancelled")
        raise
    print("work ends")
    return "work"


class Thrower:
    def __init__(self, error):
        self.error = error

    def __await__(self):
        coro = staggered_race([work], None)
        coro.send(None)
        yield from asyncio.sleep(1).__await__()
        try:
            coro.throw(self.error)
        except BaseException as found:
            print(repr(found), repr(found.__context__))


async def main():
    await Thrower(ValueError("thrown"))
    await asyncio.sleep(0.5)
    print(len(asyncio.all_tasks()))


asyncio.run(main())
