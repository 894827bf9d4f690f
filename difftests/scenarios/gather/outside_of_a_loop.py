"""A gather of futures alone needs no running loop; it is awaited later."""
import asyncio


async def child(value):
    return value


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
future = loop.create_future()
gathering = asyncio.gather(future, child("c"), child("d"))
print(gathering.done(), gathering.get_loop() is loop)
loop.call_soon(future.set_result, "f")
print(loop.run_until_complete(gathering))
done = loop.create_future()
done.set_result(1)
print(asyncio.gather(done).result())
loop.close()
