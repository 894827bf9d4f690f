"""What gather() refuses: no awaitable, an argument that has no hash, a keyword that it does not know."""
import asyncio


class Odd:
    __hash__ = None

    def __await__(self):
        yield


async def child():
    await asyncio.sleep(0)
    print("runs all the same")


async def main():
    future = asyncio.get_running_loop().create_future()
    for arguments in ((1,), (future, "text"), (child(), None)):
        try:
            asyncio.gather(*arguments)
        except TypeError as error:
            print(error)
    future.set_exception(ValueError("nobody is told"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(future._log_traceback)
    try:
        asyncio.gather(Odd())
    except TypeError as error:
        print(type(error).__name__)
    try:
        asyncio.gather(loop=None)
    except TypeError as error:
        print(error)


asyncio.run(main())
