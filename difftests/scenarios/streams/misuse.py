"""What is no bytes, what comes after the end, and arguments that are wrong."""
# clock: real, sockets are the system's
import asyncio


def attempt(call, *arguments):
    try:
        print(call(*arguments))
    except (TypeError, ValueError, RuntimeError) as error:
        print(type(error).__name__, error)


async def main():
    async def serve(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    attempt(writer.write, b"")
    attempt(writer.write, b"fine")
    attempt(writer.writelines, [])
    print(writer.can_write_eof(), writer.is_closing(), writer.transport.is_closing())
    attempt(writer.write_eof)
    attempt(writer.write_eof)
    attempt(writer.write, b"late")
    print(await reader.read())
    attempt(writer.close)
    attempt(writer.close)
    attempt(writer.write, b"later")
    print(writer.is_closing(), writer.transport.is_closing())
    await writer.wait_closed()
    await writer.wait_closed()
    attempt(writer.write_eof)
    server.close()
    await server.wait_closed()
    for limit in (0, -5):
        try:
            await asyncio.open_connection("127.0.0.1", 1, limit=limit)
        except ValueError as error:
            print(error)


asyncio.run(main())
