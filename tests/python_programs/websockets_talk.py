"""websockets: a server that tells all of its clients what one of them says."""

import asyncio

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

everybody: set[ServerConnection] = set()


async def talk(socket: ServerConnection) -> None:
    everybody.add(socket)
    try:
        async for word in socket:
            await asyncio.gather(*[other.send(word) for other in list(everybody)])
    finally:
        everybody.discard(socket)


async def client(port: int, number: int, ready: asyncio.Barrier) -> list[str]:
    async with connect(f"ws://127.0.0.1:{port}") as socket:
        await ready.wait()
        await socket.send(f"from {number}")
        heard = sorted([str(await socket.recv()) for _ in range(5)])
        await ready.wait()
        return heard


async def main() -> None:
    ready = asyncio.Barrier(5)
    async with serve(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for heard in await asyncio.gather(*[client(port, number, ready) for number in range(5)]):
            print(heard)


asyncio.run(main())
