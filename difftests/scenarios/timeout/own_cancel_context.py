"""A timeout that expires calls the task's own cancel() in a copy of the context in which the block was entered."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


class OwnTask(asyncio.Task):
    def cancel(self, msg=None):
        print("cancel", var.get(), asyncio.get_running_loop().time())
        var.set("by cancel")
        return super().cancel(msg)


async def work(delay):
    var.set(f"entered with {delay}")
    try:
        async with asyncio.timeout(delay):
            var.set("inside")
            await asyncio.sleep(9)
    except TimeoutError:
        print("timed out", var.get())


async def rescheduled():
    async with asyncio.timeout(1) as limit:
        var.set("at the second time")
        limit.reschedule(asyncio.get_running_loop().time() + 2)
        var.set("later")
        await asyncio.sleep(9)


async def main():
    loop = asyncio.get_running_loop()
    await OwnTask(work(1), loop=loop)
    await OwnTask(work(0), loop=loop)
    try:
        await OwnTask(rescheduled(), loop=loop)
    except TimeoutError:
        print("timed out")
    print(var.get())


asyncio.run(main())
