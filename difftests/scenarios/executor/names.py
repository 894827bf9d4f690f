"""Names and addresses that need no network, looked up by a thread."""
# clock: real, threads take their own
import asyncio
import socket


def plain(found):
    return sorted((int(family), int(kind), proto, address) for family, kind, proto, _, address in found)


async def attempt(awaitable):
    try:
        print(await awaitable)
    except (OSError, TypeError) as error:
        print(type(error).__name__, isinstance(error, socket.gaierror), error)


async def main():
    loop = asyncio.get_running_loop()
    print(plain(await loop.getaddrinfo("127.0.0.1", 80)))
    print(plain(await loop.getaddrinfo("::1", "443", type=socket.SOCK_STREAM, flags=socket.AI_NUMERICSERV)))
    print(plain(await loop.getaddrinfo(None, 5, family=socket.AF_INET, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE)))
    print(plain(socket.getaddrinfo("10.1.2.3", None, type=socket.SOCK_DGRAM)))
    print(await loop.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
    print(await loop.getnameinfo(("::1", 8080, 0, 0), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
    await attempt(loop.getaddrinfo("no figures", 80, flags=socket.AI_NUMERICHOST))
    await attempt(loop.getaddrinfo("127.0.0.1", "no service"))
    await attempt(loop.getaddrinfo("127.0.0.1", 80, family=socket.AF_INET6))
    await attempt(loop.getaddrinfo(5, 80))
    await attempt(loop.getaddrinfo("127.0.0.1", 2.5))
    await attempt(loop.getnameinfo("127.0.0.1"))
    await attempt(loop.getnameinfo(("127.0.0.1", 80, 0)))
    await attempt(loop.getnameinfo(("no figures", 80)))
    error = socket.gaierror(1, "words")
    print(repr(error), error.errno, error.strerror, isinstance(error, OSError), socket.error is OSError)


asyncio.run(main())
