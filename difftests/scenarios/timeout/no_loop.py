"""timeout() needs a running loop; timeout_at() does not before it is entered."""
import asyncio

try:
    asyncio.timeout(1)
except RuntimeError as error:
    print(error)
limit = asyncio.timeout_at(1)
print(limit, limit.when(), limit.expired())
for call in (limit.__aenter__, lambda: limit.__aexit__(None, None, None)):
    coro = call()
    try:
        coro.send(None)
    except (RuntimeError, AssertionError) as error:
        print(type(error).__name__, error)
print(limit)


async def main():
    async with limit:
        print(limit)
        await asyncio.sleep(0)


asyncio.run(main())
print(limit)
