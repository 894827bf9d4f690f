"""gather() of nothing is a plain future that is done, with an empty list."""
import asyncio


async def main():
    future = asyncio.gather()
    print(type(future).__name__, future.done(), future.cancel(), future)
    print(await future, await asyncio.gather(return_exceptions=True), await asyncio.gather(*[]))


asyncio.run(main())
