"""Whoever waits for a connection hangs on it, and by that on the loop: a collector that runs all the time finds none of
them to be garbage, though nothing else holds their tasks.  Those of clients are held here: in CPython a client's protocol
has its reader by a weak reference only."""
# clock: real, sockets are the system's
import asyncio
import gc

LONG = b"x" * 1000000
log = []


def collect():
    gc.collect()
    if "over" not in log:
        asyncio.get_running_loop().call_soon(collect)


async def answer(reader, writer):
    log.append(await reader.readline())
    writer.write(LONG)
    await writer.drain()
    log.append("drained")
    writer.close()
    await writer.wait_closed()
    log.append("closed")


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(10):
        await asyncio.sleep(0)
    writer.write(b"hello\n")
    for _ in range(10):
        await asyncio.sleep(0)
    log.append(len(await reader.read()))
    writer.close()
    await writer.wait_closed()
    log.append("left")


async def serve(server):
    try:
        await server.serve_forever()
    except asyncio.CancelledError:
        log.append("served")
        raise


async def wait_closed(server):
    await server.wait_closed()
    log.append("waited")


async def until(count):
    while len(log) < count:
        await asyncio.sleep(0)


async def main():
    asyncio.get_running_loop().call_soon(collect)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    asyncio.create_task(serve(server))
    port = server.sockets[0].getsockname()[1]
    asks = [asyncio.create_task(ask(port)) for _ in range(3)]
    await until(15)
    server.close()
    asyncio.create_task(wait_closed(server))
    await until(17)
    print(sorted(log, key=repr), len(asks))
    log.append("over")


asyncio.run(main())
