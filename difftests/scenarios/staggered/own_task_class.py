"""Tasks with a cancel of their own: the winner calls it, and what it raises leaves the winner's task."""
import asyncio
from asyncio.staggered import staggered_race


class Own(asyncio.Task):
    raises = False

    def cancel(self, msg=None):
        print("cancel", self.get_name(), msg)
        if Own.raises:
            raise RuntimeError("cancel")
        return super().cancel(msg)


async def slow():
    await asyncio.sleep(5)


def fast(raises):
    async def run():
        await asyncio.sleep(1)
        Own.raises = raises
        return "fast"
    return run


def calm():
    Own.raises = False


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro, **kwargs: Own(coro, loop=loop, **kwargs))
    print(await staggered_race([slow, fast(False), slow], 0.75))
    loop.call_later(1.9, calm)
    try:
        print(await staggered_race([slow, fast(True), slow], 0.75))
    except Exception as error:
        print(repr(error))
    calm()
    await asyncio.sleep(20)
    print(len(asyncio.all_tasks()))


asyncio.run(main())
