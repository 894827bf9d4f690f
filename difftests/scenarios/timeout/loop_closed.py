"""A loop that is closed with a timer set; the block never goes on."""
import asyncio

limits = []


async def work():
    async with asyncio.timeout(5) as limit:
        limits.append(limit)
        await asyncio.get_running_loop().create_future()


loop = asyncio.new_event_loop()
task = loop.create_task(work())
loop.call_later(1, loop.stop)
loop.run_forever()
print(limits[0], task.done())
task.cancel()
loop.call_soon(loop.stop)
loop.run_forever()
print(limits[0], task.cancelled())
loop.close()
