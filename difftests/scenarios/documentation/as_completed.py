"""The documentation's as_completed with a plain loop: each coroutine gives the next result, whosever it is."""
import asyncio


async def open_connection(host, seconds):
    await asyncio.sleep(seconds)
    return host


async def main():
    ipv4_connect = asyncio.create_task(open_connection("127.0.0.1", 2))
    ipv6_connect = asyncio.create_task(open_connection("::1", 1))
    tasks = [ipv4_connect, ipv6_connect]
    for next_connect in asyncio.as_completed(tasks):
        host = await next_connect
        print(host, next_connect is not ipv4_connect)


asyncio.run(main())
