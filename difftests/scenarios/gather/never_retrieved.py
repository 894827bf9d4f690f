"""A gather that failed and that nobody awaits is reported when it goes; its children are not."""
import asyncio


async def fail(text):
    raise ValueError(text)


def handler(loop, context):
    print(context["message"], repr(context["exception"]))


async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    gathering = asyncio.gather(fail("a"), fail("b"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(gathering.done(), gathering._log_traceback, [child._log_traceback for child in gathering._children])
    gathering = None
    print("gone")


asyncio.run(main())
