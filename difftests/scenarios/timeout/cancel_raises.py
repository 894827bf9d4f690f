"""A task whose cancel() raises: the handler is told, and the timeout stays active."""
import asyncio


class Task(asyncio.Task):
    def cancel(self, msg=None):
        raise ValueError("I will not")


def report(loop, context):
    print(context["message"].split("(")[0], repr(context["exception"]))


async def work():
    async with asyncio.timeout(1) as limit:
        await asyncio.sleep(2)
        print(limit, limit.expired())
    print(limit)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report)
    await Task(work(), loop=loop)


asyncio.run(main())
