"""Who drops a writer closes its connection; a task that is cancelled does so, too; asyncio.run leaves nothing open."""
# clock: real, sockets are the system's
import asyncio


async def main():
    ended = []

    async def serve(reader, writer):
        try:
            ended.append(await reader.read())
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"dropped")
    reader = writer = None
    while not ended:
        await asyncio.sleep(0)
    print(ended)

    async def client():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"cancelled")
        await reader.read()

    task = asyncio.create_task(client())
    for _ in range(10):
        await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
    task = None
    while len(ended) < 2:
        await asyncio.sleep(0)
    print(ended)
    opening = asyncio.create_task(asyncio.open_connection("127.0.0.1", port))
    await asyncio.sleep(0)
    opening.cancel()
    try:
        await opening
    except asyncio.CancelledError:
        print("not opened")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print("open at the end", server.is_serving())


asyncio.run(main())
print("over")
