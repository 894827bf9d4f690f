"""A cancellation unwinds nested blocks from the inside: finally, except, with and async with in order."""
import asyncio


class Plain:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, error, traceback):
        print("exit", self.name, kind.__name__ if kind else None)


class Async:
    def __init__(self, name):
        self.name = name

    async def __aenter__(self):
        await asyncio.sleep(0)
        print("aenter", self.name)
        return self

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(1)
        print("aexit", self.name, repr(error))
        return False


async def body():
    with Plain("outer"):
        async with Async("middle"), Async("inner"):
            try:
                try:
                    await asyncio.sleep(10)
                except ValueError:
                    print("not this one")
                else:
                    print("nor this")
                finally:
                    print("innermost finally")
            except BaseException as error:
                print("caught", repr(error))
                raise


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(1)
    task.cancel("unwind")
    try:
        await task
    except asyncio.CancelledError as error:
        print("main", repr(error), asyncio.get_running_loop().time())


asyncio.run(main())
