"""The shield of a future that is done is that future itself."""
import asyncio


async def child():
    return 1


async def main():
    loop = asyncio.get_running_loop()
    for finish in (lambda f: f.set_result(1), lambda f: f.set_exception(ValueError("x")), lambda f: f.cancel()):
        future = loop.create_future()
        finish(future)
        print(asyncio.shield(future) is future)
        if not future.cancelled():
            future.exception()
    loop.set_task_factory(asyncio.eager_task_factory)
    shielded = asyncio.shield(child())
    print(type(shielded).__name__, await shielded)


asyncio.run(main())
