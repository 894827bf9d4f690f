"""A handle is cancelled by the repr or the comparison of what it would call."""


import asyncio


async def shown():
    class Cancels:
        def __repr__(self):
            handle.cancel()
            return "cancels"

    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    handle = loop.call_soon(print, [Cancels(), [1]], [2], [3])
    repr(handle)
    print("cancelled:", handle.cancelled())


async def compared():
    class Cancels:
        def __call__(self):
            print("called")

        def __eq__(self, other):
            first.cancel()
            second.cancel()
            return NotImplemented

    loop = asyncio.get_running_loop()
    first = loop.call_at(5.5, Cancels())
    second = loop.call_at(5.5, Cancels())
    print("equal:", first == second, first.cancelled(), second.cancelled())


asyncio.run(shown())
asyncio.run(compared())
