"""When the heap of timers is rebuilt: more than 100 timers, more than half of them cancelled; each rebuild moves equals."""
import asyncio

order = []


def set_timers(loop, when, count, first=0):
    return [loop.call_at(when, order.append, first + i) for i in range(count)]


def cancel(handles):
    for handle in handles:
        handle.cancel()


async def show(what, when):
    """Waits until the timers are through; its own timer is in the heap, too."""
    await asyncio.sleep(when - asyncio.get_running_loop().time() + 1)
    print(what, len(order), order)
    order.clear()


async def try_count(count, cancelled):
    """The timer of the wait is one more."""
    loop = asyncio.get_running_loop()
    when = loop.time() + 10
    handles = set_timers(loop, when, count)
    cancel(handles[1 : 1 + cancelled])
    await show(f"{cancelled} of {count + 1}:", when)


async def rebuild_twice():
    """The count of cancelled timers begins anew: the second look finds none."""
    loop = asyncio.get_running_loop()
    when = loop.time() + 10
    handles = set_timers(loop, when, 270)
    cancel(handles[::2] + handles[1:30:2])
    for _ in range(4):
        await asyncio.sleep(0)
    await show("once:", when)


async def drop_at_the_head():
    """Cancelled timers that are dropped at the head are not counted any more."""
    loop = asyncio.get_running_loop()
    when = loop.time() + 10
    early = set_timers(loop, when - 5, 110)
    late = set_timers(loop, when, 150, 1000)
    cancel(early)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    cancel(late[5:15])
    await asyncio.sleep(0)
    await show("dropped:", when)


async def main():
    await try_count(99, 60)
    await try_count(100, 60)
    await try_count(119, 60)
    await try_count(119, 61)
    await try_count(120, 60)
    await rebuild_twice()
    await drop_at_the_head()


asyncio.run(main())
