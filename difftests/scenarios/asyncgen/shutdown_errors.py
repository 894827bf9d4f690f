"""A generator that fails while it is closed at the end is reported; the others are closed all the same."""
import asyncio


def handler(loop, context):
    print("handler", repr(context["exception"]), sorted(context), context["message"].split(" <")[0])


async def generator(name, fails):
    try:
        yield name
    finally:
        print("closing", name)
        if fails:
            raise ValueError(name)


async def main(kept):
    asyncio.get_running_loop().set_exception_handler(handler)
    for name, fails in (("a", False), ("b", True), ("c", False)):
        gen = generator(name, fails)
        kept.append(gen)
        await anext(gen)
    print("main ends")


kept = []
asyncio.run(main(kept))
