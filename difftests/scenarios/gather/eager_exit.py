"""SystemExit of an eager child leaves gather(); a child before it still tells its end to nobody."""
import asyncio


async def leave():
    raise SystemExit(3)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    future = loop.create_future()
    try:
        asyncio.gather(future, leave())
    except SystemExit as error:
        print("left", error.code)
    future.set_exception(ValueError("x"))
    await asyncio.sleep(0)
    print(future._log_traceback)


asyncio.run(main())
