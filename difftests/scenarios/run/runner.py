"""A Runner runs several coroutines on one loop; get_loop, close, and what a closed one refuses."""
import asyncio


async def value(number):
    await asyncio.sleep(1)
    return number, asyncio.get_running_loop()


with asyncio.Runner() as runner:
    loop = runner.get_loop()
    first, where = runner.run(value(1))
    second, there = runner.run(value(2))
    print(first, second, where is loop, there is loop, loop.time())
    left = loop.create_task(value(3))
    print(loop.is_closed(), left.done())
print(loop.is_closed(), left.done(), left.cancelled())
coro = value(4)
try:
    runner.run(coro)
except RuntimeError as error:
    print(repr(error))
coro.close()
try:
    runner.get_loop()
except RuntimeError as error:
    print(repr(error))
runner.close()
