"""asyncio.run() takes coroutines only; later any awaitable (gh-120284)."""
# flag: runner_accepts_awaitable
import asyncio


class Awaitable:
    def __await__(self):
        return iter(())

    def __repr__(self):
        return "Awaitable()"


try:
    print(asyncio.run(Awaitable()))
except ValueError as error:
    print(error)
