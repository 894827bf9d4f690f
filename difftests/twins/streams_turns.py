"""A server and a client of streams, turn by turn: open, serve, read, write, drain, close, wait_closed."""
import asyncio
import os
import tempfile

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 100:
        loop.call_soon(tick, loop)


async def serve(reader, writer):
    print(turn, "connected")
    line = await reader.readline()
    print(turn, "server read", len(line))
    writer.write(line * 2)
    await writer.drain()
    print(turn, "server drained")
    data = await reader.read()
    print(turn, "server read", len(data), reader.at_eof())
    writer.close()
    print(turn, "server closes", writer.is_closing())
    await writer.wait_closed()
    print(turn, "server closed")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        server = await asyncio.start_unix_server(serve, path)
        print(turn, "serves", server.is_serving())
        reader, writer = await asyncio.open_unix_connection(path)
        print(turn, "open")
        writer.write(b"hello\n")
        data = await reader.readexactly(12)
        print(turn, "client read", len(data))
        writer.write_eof()
        try:
            await reader.readexactly(1)
        except asyncio.IncompleteReadError as error:
            print(turn, "client", error)
        writer.close()
        await writer.wait_closed()
        print(turn, "client closed")
        try:
            await writer.drain()
        except ConnectionResetError as error:
            print(turn, "client", error)
        server.close()
        print(turn, "serves", server.is_serving())
        await server.wait_closed()
        print(turn, "server over")


with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    runner.run(main())
