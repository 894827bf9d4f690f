"""A connection, turn by turn: who accepts, reads, writes, half-closes and waits for the end in which turn of the loop."""
# clock: real, sockets are the system's
import asyncio

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 60:
        loop.call_soon(tick, loop)


async def serve(reader, writer):
    print(turn, "connected", asyncio.current_task().get_name())
    while line := await reader.readline():
        print(turn, "server read", line)
        writer.write(b"echo ")
        writer.writelines([line[:2], b"", line[2:]])
        await writer.drain()
        print(turn, "server drained")
    print(turn, "server at the end", reader.at_eof())
    writer.write(b"last")
    writer.close()
    print(turn, "server closing", writer.is_closing())
    await writer.wait_closed()
    print(turn, "server closed")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(turn, "serving", server.is_serving(), len(server.sockets))
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print(turn, "open", type(reader).__name__, type(writer).__name__, asyncio.current_task().get_name())
    writer.write(b"one\ntwo")
    print(turn, await reader.readline())
    writer.write(b"\nthree\n")
    print(turn, await reader.readexactly(9), await reader.readuntil(b"ee"))
    writer.write_eof()
    print(turn, "asks for all")
    print(turn, await reader.read(), reader.at_eof())
    writer.close()
    await writer.wait_closed()
    print(turn, "client closed")
    server.close()
    await server.wait_closed()
    print(turn, "server gone", server.is_serving(), server.sockets)


asyncio.run(main())
