"""Two tasks that hand a future to each other, one turn for each stroke."""
import asyncio


async def player(name, table, rounds):
    while True:
        ball = await table[name]
        table[name] = asyncio.get_running_loop().create_future()
        print(name, ball)
        other = "pong" if name == "ping" else "ping"
        if ball >= rounds:
            if not table[other].done():
                table[other].set_result(ball + 1)
            return name
        table[other].set_result(ball + 1)


async def main():
    loop = asyncio.get_running_loop()
    table = {"ping": loop.create_future(), "pong": loop.create_future()}
    ping = asyncio.create_task(player("ping", table, 5))
    pong = asyncio.create_task(player("pong", table, 5))
    table["ping"].set_result(1)
    print(await ping, await pong, loop.time())


asyncio.run(main())
