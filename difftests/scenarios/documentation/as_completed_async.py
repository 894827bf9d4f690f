"""The documentation's as_completed with async for: the tasks themselves come out, in the order of their ends."""
# requires: 3.13
import asyncio


async def open_connection(host, seconds):
    await asyncio.sleep(seconds)
    return host


async def main():
    ipv4_connect = asyncio.create_task(open_connection("127.0.0.1", 2))
    ipv6_connect = asyncio.create_task(open_connection("::1", 1))
    tasks = [ipv4_connect, ipv6_connect]
    async for earliest_connect in asyncio.as_completed(tasks):
        host = await earliest_connect
        if earliest_connect is ipv6_connect:
            print("IPv6 connection established.", host)
        else:
            print("IPv4 connection established.", host)


asyncio.run(main())
