"""call_soon runs callbacks in the order of the calls, with their arguments; nested calls run a turn later."""
import asyncio


def say(*words):
    print("say", *words)


def nested(loop, depth):
    print("nested", depth)
    if depth < 3:
        loop.call_soon(nested, loop, depth + 1)
        loop.call_soon(say, "after nested", depth + 1)


async def main():
    loop = asyncio.get_running_loop()
    for word in ("a", "b", "c"):
        loop.call_soon(say, word)
    loop.call_soon(nested, loop, 0)
    loop.call_soon(say)
    loop.call_soon(lambda: say("from a lambda"))
    loop.call_soon(say, 1, 2.5, None, [3])
    print("nothing ran yet")
    for i in range(5):
        print("turn", i)
        await asyncio.sleep(0)


asyncio.run(main())
