"""A server of two addresses: each is looked up by a task of its own, and both lead to it."""
# clock: real, sockets are the system's
import asyncio


async def serve(reader, writer):
    name = writer.get_extra_info("sockname")
    writer.write(name[0].encode())
    writer.close()


async def main():
    server = await asyncio.start_server(serve, ["127.0.0.1", "127.0.0.2"], 0)
    print(asyncio.create_task(asyncio.sleep(0)).get_name())
    for host, port in sorted(one.getsockname() for one in server.sockets):
        reader, writer = await asyncio.open_connection(host, port)
        print(await reader.read(), writer.get_extra_info("peername") == (host, port))
        print(writer.get_extra_info("sockname")[0] != "", writer.get_extra_info("none"), writer.get_extra_info("none", 7))
        writer.close()
    server.close()
    await server.wait_closed()


asyncio.run(main())
