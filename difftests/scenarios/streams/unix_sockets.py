"""Sockets at a path: the path is taken over, in use, removed with the server, and too long."""
# requires: 3.13
# clock: real, sockets are the system's
import asyncio

PATH = ""


async def serve(reader, writer):
    print("server", repr(writer.get_extra_info("peername")), writer.get_extra_info("sockname") == PATH)
    writer.write(await reader.readline())
    writer.close()


async def main():
    global PATH
    unique = await asyncio.start_server(serve, "127.0.0.1", 0)
    PATH = f"/tmp/aiocore-scenario-{unique.sockets[0].getsockname()[1]}.socket"
    server = await asyncio.start_unix_server(serve, PATH)
    print(server.sockets[0].getsockname() == PATH, server.sockets[0].family == 1)
    reader, writer = await asyncio.open_unix_connection(PATH, limit=100)
    print(writer.get_extra_info("peername") == PATH, repr(writer.get_extra_info("sockname")))
    writer.write(b"line\nrest")
    print(await reader.read())
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    try:
        await asyncio.open_unix_connection(PATH)
    except OSError as error:
        print(type(error).__name__)
    for wrong in (None, "/tmp/" + "x" * 200):
        try:
            await asyncio.open_unix_connection(wrong)
        except (OSError, ValueError) as error:
            print(type(error).__name__, error)
        try:
            await asyncio.start_unix_server(serve, wrong)
        except (OSError, ValueError) as error:
            print(type(error).__name__, error)
    try:
        await asyncio.start_unix_server(serve, "/nowhere/at/all")
    except FileNotFoundError as error:
        print(error.errno, error.strerror)


asyncio.run(main())
