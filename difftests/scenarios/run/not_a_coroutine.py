"""asyncio.run of what is no coroutine: ValueError; since 3.14 TypeError, and awaitables are taken (gh-120284)."""
import asyncio


class Awaitable:
    def __await__(self):
        yield
        return "awaited"


for thing in (7, None, "text"):
    try:
        asyncio.run(thing)
    except (TypeError, ValueError) as error:
        print(repr(error))
try:
    print(asyncio.run(Awaitable()))
except ValueError as error:
    print("ValueError", str(error).split(", got")[0])
