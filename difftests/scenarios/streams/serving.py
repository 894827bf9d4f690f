"""A server: plain callbacks, what its tasks fail with, its sockets, async with, serve_forever, starting and closing."""
# clock: real, sockets are the system's
import asyncio


async def ask(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def shout(reader, writer):
    data = await reader.read()
    if data == b"fail":
        raise ValueError("no")
    if data == b"cancel":
        raise asyncio.CancelledError
    writer.write(data.upper())
    writer.close()


def plain(reader, writer):
    print("plain", isinstance(reader, asyncio.StreamReader), isinstance(writer, asyncio.StreamWriter))
    writer.write(b"plain")
    writer.close()


def report(loop, context):
    print("reported", context["message"], repr(context["exception"]))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report)
    async with await asyncio.start_server(shout, "127.0.0.1", 0, start_serving=False) as server:
        print(server.is_serving(), server.get_loop() is loop, len(server.sockets), isinstance(server, asyncio.Server))
        await server.start_serving()
        await server.start_serving()
        host, port = server.sockets[0].getsockname()
        print(server.is_serving(), host, server.sockets[0].family == 2, server.sockets[0].type == 1)
        print(await ask(port, b"hello"))
        print(await ask(port, b"fail"))
        print(await asyncio.gather(ask(port, b"a"), ask(port, b"b"), ask(port, b"c")))
        serving = asyncio.create_task(server.serve_forever())
        await asyncio.sleep(0)
        try:
            await server.serve_forever()
        except RuntimeError as error:
            print(str(error).endswith("is already being awaited on serve_forever()"))
        print(await ask(port, b"while it serves"))
        serving.cancel()
        try:
            await serving
        except asyncio.CancelledError:
            print("cancelled", server.is_serving(), server.sockets)
    try:
        await server.serve_forever()
    except RuntimeError as error:
        print(error)
    try:
        await ask(port, b"")
    except ConnectionRefusedError as error:
        print("refused", error.errno)

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    print(await ask(server.sockets[0].getsockname()[1], b""))
    server.close()
    server.close()
    await server.wait_closed()
    for arguments in ((), (None, None)):
        try:
            await asyncio.start_server(plain, *arguments)
        except ValueError as error:
            print(error)
    try:
        await asyncio.open_connection()
    except ValueError as error:
        print(error)


asyncio.run(main())
