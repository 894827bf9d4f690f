"""What is left is cancelled all at once and waited for together; who creates or swallows then."""
import asyncio


def report(loop, context):
    print("handler", context["message"], repr(context["exception"]), context["task"].get_name())


async def left(name, rounds, error=None):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        for i in range(rounds):
            await asyncio.sleep(0)
        print(name, "has cleaned up")
        if error is not None:
            raise error


async def main():
    asyncio.get_running_loop().set_exception_handler(report)
    for name, rounds, error in ("a", 3, None), ("b", 0, ValueError("b")), ("c", 1, KeyError("c")), ("d", 2, None):
        asyncio.create_task(left(name, rounds, error), name=name)
    asyncio.create_task(asyncio.sleep(100), name="e")
    await asyncio.sleep(0)


asyncio.run(main())
