"""SystemExit of a callback ends the program with its status."""
import asyncio


def leave():
    print("leave")
    raise SystemExit(6)


async def main():
    asyncio.get_running_loop().call_later(1, leave)
    try:
        await asyncio.sleep(10)
    finally:
        print("main is left")


asyncio.run(main())
