"""A callback that cancels its own handle, another timer that is due in the same turn, and one of a later turn."""
import asyncio

handles = {}


def first():
    print("first runs")
    handles["first"].cancel()
    handles["second"].cancel()
    handles["third"].cancel()


async def main():
    loop = asyncio.get_running_loop()
    handles["first"] = loop.call_at(1, first)
    handles["second"] = loop.call_at(1, print, "second, not printed")
    handles["third"] = loop.call_at(2, print, "third, not printed")
    handles["fourth"] = loop.call_at(3, print, "fourth")
    await asyncio.sleep(5)
    for name in handles:
        print(name, handles[name].cancelled())


asyncio.run(main())
