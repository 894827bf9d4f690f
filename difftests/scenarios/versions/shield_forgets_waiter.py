"""A shield that was cancelled leaves a callback on the future, which takes an edge off the await graph (gh-156523)."""
# flag: shield_forgets_waiter
import asyncio


async def main():
    inner = asyncio.get_running_loop().create_future()
    outer = asyncio.shield(inner)
    outer.cancel()
    await asyncio.sleep(0)
    print("_clear_awaited_by_callback" in repr(inner))
    inner.set_result(1)
    await asyncio.sleep(0)


asyncio.run(main())
