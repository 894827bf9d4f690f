"""An exception of main can be caught around asyncio.run; the program goes on."""
import asyncio


class Mine(Exception):
    pass


async def main(fails):
    await asyncio.sleep(1)
    if fails:
        raise Mine("from main")
    return "fine"


try:
    asyncio.run(main(True))
except Mine as error:
    print(repr(error))
print(asyncio.run(main(False)))
