"""A timeout that was entered and forgotten still expires: its timer holds it, and nobody takes the request back."""
import asyncio


async def main():
    async def enter():
        await asyncio.timeout(1).__aenter__()

    await enter()
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        print(repr(error), asyncio.current_task().cancelling())
    print(asyncio.current_task().uncancel())


asyncio.run(main())
