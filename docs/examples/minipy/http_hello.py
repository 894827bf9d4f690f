"""An HTTP/1.1 server that says hello, until Ctrl-C: aiocore run http_hello.py [PORT].  CPython runs it, too."""
import asyncio
import sys

HELLO = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n"


def refusal(status):
    return b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def answer_to(request):
    """The answer, and whether the connection is kept."""
    line, _, headers = request.partition(b"\r\n")
    words = line.split(b" ")
    if len(words) != 3 or words[2] not in (b"HTTP/1.0", b"HTTP/1.1"):
        return refusal(b"400 Bad Request"), False
    if words[0] != b"GET":
        return refusal(b"405 Method Not Allowed\r\nAllow: GET"), False
    closes = words[2] == b"HTTP/1.0" or b"\r\nconnection: close\r\n" in (b"\r\n" + headers).lower()
    return HELLO, not closes


async def serve(reader, writer):
    kept = True
    try:
        while kept:
            try:
                answer, kept = answer_to(await reader.readuntil(b"\r\n\r\n"))
            except asyncio.LimitOverrunError:
                answer, kept = refusal(b"431 Request Header Fields Too Large"), False
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client is gone
    finally:
        writer.close()


async def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
