"""The documentation's bug(): an exception that is never retrieved is told to the exception handler."""
import asyncio


def handler(loop, context):
    print(context["message"], repr(context["exception"]))


async def bug():
    raise Exception("not consumed")


async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    asyncio.create_task(bug())
    await asyncio.sleep(1)


asyncio.run(main())
