"""Two tasks and two queues of one place: every item waits for the other side."""
import asyncio


async def player(name, incoming, outgoing):
    while True:
        ball = await incoming.get()
        if ball is None:
            await outgoing.put(None)
            return
        print(name, ball)
        await outgoing.put(ball - 1 if ball > 1 else None)


async def main():
    left, right = asyncio.Queue(1), asyncio.Queue(1)
    async with asyncio.TaskGroup() as group:
        group.create_task(player("ping", left, right))
        group.create_task(player("pong", right, left))
        await left.put(5)
    print(str(left), str(right))


asyncio.run(main())
