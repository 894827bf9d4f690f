"""A generator that is dropped half-way is closed by a task of the loop: its finally starts some turns later."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 8:
        loop.call_soon(tick, loop)


async def generator():
    try:
        yield 1
        yield 2
    finally:
        print("turn", turn, "closing in another task", asyncio.current_task().get_name() != "main")
        await asyncio.sleep(1)
        print("closed", asyncio.get_running_loop().time())


async def main():
    asyncio.current_task().set_name("main")
    asyncio.get_running_loop().call_soon(tick, asyncio.get_running_loop())
    async for item in generator():
        print("item", item)
        break
    print("turn", turn, "dropped")
    for i in range(5):
        await asyncio.sleep(0)
    print("turn", turn, "main goes on")
    await asyncio.sleep(2)


asyncio.run(main())
