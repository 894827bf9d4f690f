"""A done future refuses another outcome, whatever it is; cancel() only says False."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    with_result = loop.create_future()
    with_result.set_result(1)
    failed = loop.create_future()
    failed.set_exception(ValueError("x"))
    cancelled = loop.create_future()
    cancelled.cancel("message")
    for future in (with_result, failed, cancelled):
        try:
            future.set_result(2)
        except asyncio.InvalidStateError as error:
            print("set_result", repr(error))
        try:
            future.set_exception(RuntimeError("y"))
        except asyncio.InvalidStateError as error:
            print("set_exception", repr(error))
        print("cancel", future.cancel(), future.done(), future.cancelled())
    print(with_result.result(), repr(failed.exception()))
    print(issubclass(asyncio.InvalidStateError, Exception), issubclass(asyncio.CancelledError, Exception))


asyncio.run(main())
