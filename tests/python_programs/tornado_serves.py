"""tornado, whose loop is asyncio's: a server, a client, a queue and a periodic callback."""

import asyncio

import tornado.gen
import tornado.httpclient
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
import tornado.queues
import tornado.web


class Double(tornado.web.RequestHandler):
    async def get(self) -> None:
        await tornado.gen.sleep(0.001)
        self.write(str(2 * int(self.get_argument("n"))))


async def main() -> None:
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    port = sockets[0].getsockname()[1]
    server = tornado.httpserver.HTTPServer(tornado.web.Application([("/double", Double)]))
    server.add_sockets(sockets)
    client = tornado.httpclient.AsyncHTTPClient()
    answers = await asyncio.gather(*[client.fetch(f"http://127.0.0.1:{port}/double?n={n}") for n in range(20)])
    print([int(answer.body) for answer in answers])
    queue: tornado.queues.Queue[int] = tornado.queues.Queue(maxsize=2)
    ticks: list[int] = []
    periodic = tornado.ioloop.PeriodicCallback(lambda: ticks.append(1), 1)
    periodic.start()
    tornado.ioloop.IOLoop.current().add_callback(lambda: queue.put_nowait(7))
    print(await queue.get())
    while len(ticks) < 3:
        await asyncio.sleep(0.001)
    periodic.stop()
    server.stop()
    await server.close_all_connections()


asyncio.run(main())
