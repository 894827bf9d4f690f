"""when() of timers: what call_at was given, and the time plus the delay of call_later."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    print(loop.call_later(1.5, print, "timer").when())
    print(loop.call_at(7.0, print, "never").when())
    await asyncio.sleep(2)
    print(loop.call_later(1.5, print, "never").when())
    past = loop.call_at(1.0, print, "a deadline in the past")
    print(past.when())
    early = loop.call_at(10, print)
    late = loop.call_at(11, print)
    print(early < late, early > late, early <= late)
    await asyncio.sleep(0)
    print(past.when(), past.cancelled())


asyncio.run(main())
