"""Its arguments, by place and by name; what is wrong with them."""
import asyncio
import asyncio.staggered


async def work():
    return "work"


async def attempt(*args, **kwargs):
    try:
        print(await asyncio.staggered.staggered_race(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


async def main():
    await attempt(coro_fns=[work], delay=1)
    await attempt([work], delay=1, loop=asyncio.get_running_loop())
    await attempt([work], 1, loop=0)
    await attempt()
    await attempt([work])
    await attempt([work], 1, None)
    await attempt([work], 1, delay=1)
    await attempt([work], 1, other=1)
    await attempt(5, 1)
    await attempt(work, 1)
    print(asyncio.iscoroutinefunction(work), asyncio.staggered.staggered_race.__name__)
    coro = asyncio.staggered.staggered_race([], None)
    print(coro.__name__, coro.__qualname__, asyncio.iscoroutine(coro))
    coro.close()


asyncio.run(main())
coro = asyncio.staggered.staggered_race([work], 1)
try:
    coro.send(None)
except RuntimeError as error:
    print(error)
