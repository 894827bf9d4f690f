"""The messages of misuse are those of the C code; a pending future must not be resumed twice."""
import asyncio


def attempt(text, function, *args):
    try:
        print(text, repr(function(*args)))
    except Exception as error:
        print(text, "raises", repr(error))


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    attempt("result", future.result)
    attempt("exception", future.exception)
    waiter = future.__await__()
    print("yields the future", next(waiter) is future)
    attempt("resumed", next, waiter)
    future.set_result(7)
    attempt("set_result", future.set_result, 8)
    attempt("set_exception", future.set_exception, ValueError("x"))
    attempt("cancel", future.cancel)
    attempt("result", future.result)
    attempt("exception", future.exception)
    failed = loop.create_future()
    failed.set_exception(ValueError("x"))
    attempt("result", failed.result)
    attempt("exception", failed.exception)
    attempt("cancel", failed.cancel)


asyncio.run(main())
