"""The iterator of a future that has given the result is empty, and send() an error inside of CPython; later it gives it again."""
# flag: futureiter_keeps_future
import asyncio


def attempt(text, step, *args):
    try:
        print(text, "gives", step(*args))
    except StopIteration as end:
        print(text, "ends with", end.value)
    except (SystemError, KeyError) as error:
        print(text, "raises", type(error).__name__)


async def main():
    loop = asyncio.get_running_loop()
    for fill in (lambda future: future.set_result(1), lambda future: future.set_exception(KeyError("key"))):
        future = loop.create_future()
        fill(future)
        iterator = future.__await__()
        attempt("the first send", iterator.send, None)
        attempt("the second send", iterator.send, None)
        attempt("next", next, iterator)


asyncio.run(main())
