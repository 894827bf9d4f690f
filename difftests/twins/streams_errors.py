"""Streams, turn by turn: lines over the limit, reads that end too early, two reads at once, a cancel, half-closed ends."""
import asyncio
import os
import tempfile

turn = 0


def tick(loop):
    global turn
    turn += 1
    if turn < 200:
        loop.call_soon(tick, loop)


async def serve(reader, writer):
    writer.write(b"0123456789\nshort\n01234567890123456789")
    line = await reader.readline()
    print(turn, "asked", len(line))
    writer.write(b"xx\r\nyyyy")
    await writer.drain()
    writer.write_eof()
    line = await reader.read()
    print(turn, "server read", len(line))
    writer.close()
    await writer.wait_closed()


async def waits(reader):
    try:
        await reader.read(1)
    except asyncio.CancelledError:
        print(turn, "cancelled")
        raise


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        server = await asyncio.start_unix_server(serve, path)
        reader, writer = await asyncio.open_unix_connection(path, limit=8)
        try:
            await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            print(turn, error, error.consumed)
        try:
            await reader.readline()
        except ValueError as error:
            print(turn, error)
        print(turn, len(await reader.readline()))
        try:
            await reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError as error:
            print(turn, error, error.consumed)
        print(turn, len(await reader.readexactly(20)))
        task = loop.create_task(waits(reader))
        await asyncio.sleep(0)
        try:
            await reader.readexactly(1)
        except RuntimeError as error:
            print(turn, error)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            print(turn, "waited", task.cancelled())
        writer.write(b"more\n")
        print(turn, len(await reader.readuntil(b"\r\n")))
        try:
            await reader.readuntil(b"\r\n")
        except asyncio.IncompleteReadError as error:
            print(turn, error, len(error.partial))
        print(turn, len(await reader.read()), reader.at_eof())
        writer.close()
        await writer.wait_closed()
        print(turn, "closed")
        server.close()
        await server.wait_closed()
        print(turn, "server over")


with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    runner.run(main())
