"""The callback on the inner future is taken off a turn after the outer one was cancelled."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    inner = loop.create_future()
    outer = asyncio.shield(inner)
    print("_inner_done_callback" in repr(inner))
    outer.cancel()
    print("_inner_done_callback" in repr(inner))
    await asyncio.sleep(0)
    print("_inner_done_callback" in repr(inner))
    inner.set_result(1)
    await asyncio.sleep(0)


asyncio.run(main())
