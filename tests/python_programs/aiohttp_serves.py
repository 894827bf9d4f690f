"""aiohttp's server and client on loopback: requests side by side, streams, web sockets, time-outs and clients that go away."""

import asyncio

import aiohttp
from aiohttp import web


async def hello(request: web.Request) -> web.Response:
    return web.json_response({"path": request.path, "n": int(request.query["n"])})


async def count(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for n in range(5):
        await answer.write(f"{n}\n".encode())
        await asyncio.sleep(0.001)
    await answer.write_eof()
    return answer


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data[::-1])
    return socket


async def never(request: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


async def fails(request: web.Request) -> web.Response:
    raise web.HTTPTeapot(text="short and stout")


async def ask(session: aiohttp.ClientSession, n: int) -> int:
    async with session.get("/hello", params={"n": n}) as answer:
        return (await answer.json())["n"]


async def use(session: aiohttp.ClientSession) -> None:
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ask(session, n)) for n in range(100)]
    print("a hundred at once:", sum(task.result() for task in asked))
    print("one after the other:", [await ask(session, n) for n in range(10)])
    print("gathered:", sum(await asyncio.gather(*[ask(session, n) for n in range(50)])))
    async with session.get("/count") as answer:
        print("streamed:", [line.decode().strip() async for line in answer.content])
    async with session.ws_connect("/echo") as socket:
        for word in ("one", "two"):
            await socket.send_str(word)
            print("echoed:", (await socket.receive()).data)
    try:
        async with asyncio.timeout(0.05), session.get("/never"):
            pass
    except TimeoutError as error:
        print("timed out:", type(error).__name__)
    try:
        await asyncio.wait_for(session.get("/never"), 0.05)
    except TimeoutError as error:
        print("timed out:", type(error).__name__)
    async with session.get("/fails") as answer:
        print("failed:", answer.status, await answer.text())


async def main() -> None:
    app = web.Application()
    app.add_routes([web.get(f"/{route.__name__}", route) for route in (hello, count, echo, never, fails)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        await use(session)
    await runner.cleanup()


asyncio.run(main())
