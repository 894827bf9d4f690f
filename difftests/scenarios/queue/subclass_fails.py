"""An error out of _put or _get comes out of put and get; nothing is counted and nobody is woken."""
import asyncio


class Failing(asyncio.Queue):
    fail = False

    def _put(self, item):
        if self.fail:
            raise OSError("no room")
        super()._put(item)

    def _get(self):
        if self.fail:
            raise OSError("nothing to get")
        return super()._get()


async def main():
    queue = Failing(1)
    getter = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.fail = True
    try:
        queue.put_nowait(1)
    except OSError as error:
        print(error, str(queue))
    await asyncio.sleep(0)
    print(getter.done())
    queue.fail = False
    queue.put_nowait(2)
    queue.fail = True
    try:
        await getter
    except OSError as error:
        print(error, str(queue))
    putter = asyncio.create_task(queue.put(3))
    await asyncio.sleep(0)
    queue.fail = False
    print(await queue.get(), str(queue))
    queue.fail = True
    try:
        await putter
    except OSError as error:
        print(error, str(queue))


asyncio.run(main())
