"""run_until_complete refuses what cannot be awaited and futures of another loop."""
import asyncio


async def value():
    return 7


class Awaitable:
    def __await__(self):
        yield
        return 8


loop = asyncio.new_event_loop()
other = asyncio.new_event_loop()
for thing in (7, None, "text"):
    try:
        loop.run_until_complete(thing)
    except TypeError as error:
        print(repr(error))
try:
    loop.run_until_complete(other.create_future())
except ValueError as error:
    print(repr(error))
print(loop.run_until_complete(value()))
print(loop.run_until_complete(Awaitable()))
task = other.create_task(value())
print(other.run_until_complete(task), task.result())
loop.close()
other.close()
