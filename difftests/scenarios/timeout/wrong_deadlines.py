"""Deadlines that are no numbers: when they are looked at, and what is left behind."""
import asyncio


async def main():
    for delay in ("1", [], ()):
        try:
            asyncio.timeout(delay)
        except TypeError as error:
            print(error)
    limit = asyncio.timeout_at("soon")
    print(limit, limit.when())
    try:
        async with limit:
            print("never")
    except TypeError as error:
        print(error)
    print(limit.expired())
    await limit.__aexit__(None, None, None)
    print(limit)
    async with asyncio.timeout(5) as limit:
        try:
            limit.reschedule("later")
        except TypeError as error:
            print(error, limit.when())
    async with asyncio.timeout(True) as limit:
        print(limit, limit.when())
    async with asyncio.timeout(2.34567) as limit:
        print(limit, limit.when())
    async with asyncio.timeout_at(7) as limit:
        print(limit, limit.when())
    async with asyncio.timeout(float("inf")) as limit:
        print(limit)


asyncio.run(main())
