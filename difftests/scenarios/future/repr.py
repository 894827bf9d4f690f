"""repr of futures in every state, with none, one, two and more callbacks."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    print(repr(future))
    for i in range(4):
        future.add_done_callback(print)
        print(repr(future))
    print(future.remove_done_callback(print), repr(future))
    future.set_result([1, "a"])
    print(repr(future), str(future), f"{future}")
    failed = loop.create_future()
    failed.set_exception(ValueError("x", 1))
    print(repr(failed))
    cancelled = loop.create_future()
    cancelled.cancel("why")
    print(repr(cancelled))
    print([future])
    failed.exception()


asyncio.run(main())
