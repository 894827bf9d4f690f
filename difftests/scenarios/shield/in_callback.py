"""A shield that is made outside of any task has one callback less on the inner future."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    inner = loop.create_future()
    made = []
    loop.call_soon(lambda: made.append(asyncio.shield(inner)))
    await asyncio.sleep(0)
    print("_clear_awaited_by_callback" in repr(inner))
    made[0].cancel()
    await asyncio.sleep(0)
    print("callback" in repr(inner))
    inner.set_result(1)
    await asyncio.sleep(0)


asyncio.run(main())
