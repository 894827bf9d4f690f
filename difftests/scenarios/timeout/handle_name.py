"""What a failing timer is called in the report."""
import asyncio


class Task(asyncio.Task):
    def cancel(self, msg=None):
        raise ValueError("no")


def report(loop, context):
    print(sorted(context), context["message"].split(" at ")[0])


async def work():
    async with asyncio.timeout(0):
        await asyncio.sleep(1)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report)
    await Task(work(), loop=loop)


asyncio.run(main())
