#!/usr/bin/env python3
"""An HTTP/1.1 hello server, and what clients may do to it.

    http_hello.py COMMAND...          the server's command; its last word will be a port

Requests that are kept alive, come in pieces, several at once, or are none; a thousand clients by wrk, if that is
installed; and Ctrl-C, upon which it is to end with status 0.
The last line is "N passed, N failed, N skipped".
"""
from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HELLO = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n"


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])


def connect(port: int) -> socket.socket:
    """As soon as the server listens."""
    for _ in range(300):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit("the server does not listen")


def read(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := client.recv(size - len(data))):
        data += more
    return data


def read_to_end(client: socket.socket) -> bytes:
    data = b""
    while more := client.recv(65536):
        data += more
    return data


def keeps(port: int) -> bool:
    with connect(port) as client:
        for _ in range(3):
            client.sendall(GET)
            if read(client, len(HELLO)) != HELLO:
                return False
    return True


def takes_pieces(port: int) -> bool:
    with connect(port) as client:
        for byte in GET:
            client.sendall(bytes([byte]))
        return read(client, len(HELLO)) == HELLO


def takes_several_at_once(port: int) -> bool:
    with connect(port) as client:
        client.sendall(GET * 100)
        return read(client, 100 * len(HELLO)) == 100 * HELLO


def closes_when_asked(port: int) -> bool:
    with connect(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        return read_to_end(client) == HELLO


def closes_old_clients(port: int) -> bool:
    with connect(port) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return read_to_end(client) == HELLO


def answers_with(request: bytes, status: bytes) -> Callable[[int], bool]:
    def asks(port: int) -> bool:
        with connect(port) as client:
            client.sendall(request)
            return read_to_end(client).startswith(b"HTTP/1.1 " + status)

    return asks


def leaves_in_the_middle(port: int) -> bool:
    for _ in range(10):
        with connect(port) as client:
            client.sendall(GET[:10])
    return keeps(port)


def wrk(connections: int) -> Callable[[int], bool]:
    def loads(port: int) -> bool:
        words = ["wrk", "-t1", f"-c{connections}", "-d1", f"http://127.0.0.1:{port}/"]
        said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
        done = re.search(r"(\d+) requests in", said)
        clean = "Socket errors" not in said and "Non-2xx" not in said
        if not clean:
            print(said)
        return clean and done is not None and int(done[1]) > connections

    return loads


CASES: dict[str, Callable[[int], bool]] = {
    "a connection is kept": keeps,
    "a request comes byte by byte": takes_pieces,
    "a hundred requests come at once": takes_several_at_once,
    "a connection is closed when asked": closes_when_asked,
    "a client of HTTP/1.0 is left after the answer": closes_old_clients,
    "what is no GET is refused": answers_with(b"POST / HTTP/1.1\r\n\r\n", b"405"),
    "what is no request is refused": answers_with(b"hello\r\n\r\n", b"400"),
    "another version is refused": answers_with(b"GET / HTTP/2.0\r\n\r\n", b"400"),
    "too much is refused": answers_with(b"GET / HTTP/1.1\r\nA: " + b"a" * 70000 + b"\r\n\r\n", b"431"),
    "clients leave in the middle": leaves_in_the_middle,
    "one client of wrk": wrk(1),
    "a thousand clients of wrk": wrk(1000),
}


def main() -> int:
    port = free_port()
    server = subprocess.Popen([*sys.argv[1:], str(port)])
    failed = skipped = 0
    for name, case in CASES.items():
        if "wrk" in name and shutil.which("wrk") is None:
            print(f"skipped: {name}: wrk is not installed (tools/setup test)")
            skipped += 1
        elif not case(port):
            print(f"failed: {name}")
            failed += 1
    with connect(port):  # one that is open does not keep it from ending
        server.send_signal(signal.SIGINT)
        status = server.wait(timeout=20)
    if status != 0:
        print(f"failed: Ctrl-C: it ended with status {status}")
        failed += 1
    print(f"{len(CASES) + 1 - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
