"""A callback added to a done future runs in the next turn; it may add others and is given the future."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_result(3)

    def third(given):
        print("third", given is future)

    def second(given):
        print("second", given.result())
        given.add_done_callback(third)
        print("second ends")

    future.add_done_callback(second)
    loop.call_soon(print, "queued after")
    print("removed", future.remove_done_callback(second))
    await asyncio.sleep(0)
    print("main's second turn")
    await asyncio.sleep(0)
    print("main's third turn")


asyncio.run(main())
