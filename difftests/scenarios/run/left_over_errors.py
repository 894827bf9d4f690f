"""A left-over task that fails while it is cancelled is reported to the exception handler."""
import asyncio


def handler(loop, context):
    print("handler", context["message"], repr(context["exception"]), context["task"].get_name(), sorted(context))


async def fails():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        raise ValueError("at shutdown")


async def swallows():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        print("swallowed")
    return "never seen"


async def main():
    asyncio.get_running_loop().set_exception_handler(handler)
    tasks = [asyncio.create_task(fails(), name="fails"), asyncio.create_task(swallows())]
    await asyncio.sleep(0)
    print("main ends", len(tasks))


asyncio.run(main())
