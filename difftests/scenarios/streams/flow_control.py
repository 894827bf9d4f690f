"""Flow control: drain waits until a slow reader has read enough; a reader that nobody reads pauses its transport."""
# clock: real, sockets are the system's
import asyncio

MUCH = 8 * 1024 * 1024


async def main():
    taken = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        print("may begin", await taken)
        total = 0
        while data := await reader.read(1 << 20):
            total += len(data)
        writer.write(str(total).encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1000)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    transport = writer.transport
    print(transport.get_write_buffer_limits(), transport.get_write_buffer_size(), transport.is_reading())
    transport.set_write_buffer_limits(high=1000)
    print(transport.get_write_buffer_limits())
    transport.set_write_buffer_limits(low=10)
    print(transport.get_write_buffer_limits())
    try:
        transport.set_write_buffer_limits(high=1, low=2)
    except ValueError as error:
        print(error)
    writer.write(b"x" * MUCH)
    print(transport.get_write_buffer_size() > 0)
    draining = asyncio.create_task(writer.drain())
    another = asyncio.create_task(writer.drain())
    for _ in range(5):
        await asyncio.sleep(0)
    print(draining.done(), another.done())
    another.cancel()
    taken.set_result("now")
    print(await draining, another.cancelled(), transport.get_write_buffer_size() <= 10)
    writer.write_eof()
    print(await reader.read() == str(MUCH).encode())
    writer.close()
    await writer.wait_closed()
    try:
        await writer.drain()
    except ConnectionResetError as error:
        print(error)
    server.close()
    await server.wait_closed()


asyncio.run(main())
