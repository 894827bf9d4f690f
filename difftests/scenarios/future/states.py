"""A future's states: pending, with a result, with an exception, cancelled; what each answers."""
import asyncio


def show(name, future):
    print(name, "done", future.done(), "cancelled", future.cancelled())
    for method in (future.result, future.exception):
        try:
            print("  ", repr(method()))
        except BaseException as error:
            print("   raises", repr(error))


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    show("pending", future)
    print(future.set_result("r"))
    show("result", future)
    future = loop.create_future()
    print(future.set_exception(KeyError("k")))
    show("exception", future)
    future = loop.create_future()
    print(future.cancel())
    show("cancelled", future)
    future = loop.create_future()
    future.set_result(None)
    show("None", future)


asyncio.run(main())
