"""SystemExit without a code is success."""
import asyncio


async def main():
    print("before")
    raise SystemExit


try:
    asyncio.run(main())
except SystemExit as error:
    print("code", error.code)
    raise
