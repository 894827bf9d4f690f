"""Children that were done already are looked at before the gather is given back: one that failed ends it at once."""
import asyncio


async def child():
    await asyncio.sleep(1)
    print("child ends")
    return "late"


async def main():
    loop = asyncio.get_running_loop()
    failed, fine = loop.create_future(), loop.create_future()
    failed.set_exception(ValueError("early"))
    fine.set_result("early")
    gathering = asyncio.gather(child(), fine)
    print(gathering.done())
    print(await gathering)
    gathering = asyncio.gather(child(), failed)
    print(gathering.done(), repr(gathering.exception()))
    await asyncio.sleep(2)


asyncio.run(main())
