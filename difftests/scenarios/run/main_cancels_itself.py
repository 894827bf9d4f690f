"""main cancels itself and swallows it, or not; what asyncio.run then gives."""
import asyncio


async def main(swallows):
    asyncio.current_task().cancel("me")
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        print("main", repr(error))
        if not swallows:
            raise
    return "swallowed"


print(asyncio.run(main(True)))
try:
    asyncio.run(main(False))
except asyncio.CancelledError as error:
    print("run", repr(error))
