"""Futures that pass a value on by callbacks: one turn for each link."""
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 10:
        loop.call_soon(tick, loop)


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for i in range(5)]

    def link(target, name):
        def relay(source):
            print(turn, "relay", name, source.result())
            target.set_result(source.result() + 1)

        return relay

    for i in range(4):
        futures[i].add_done_callback(link(futures[i + 1], i))
    loop.call_soon(tick, loop)
    futures[0].set_result(10)
    value = await futures[4]
    print(turn, value)


asyncio.run(main())
