"""An error that comes in the turn in which its shield is cancelled counts as retrieved, until gh-86802."""
# flag: shield_inner_error_not_swallowed
import asyncio


async def main():
    inner = asyncio.get_running_loop().create_future()
    outer = asyncio.shield(inner)
    outer.cancel()
    inner.set_exception(ValueError("x"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(inner._log_traceback)
    inner.exception()


asyncio.run(main())
