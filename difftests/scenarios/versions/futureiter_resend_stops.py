"""send() on the iterator of a future after close() or throw() is a SystemError; later StopIteration (gh-146065).

3.14.0 to 3.14.8 and 3.15.0 look into a future that is not there any more and crash.
"""
# requires: 3.12, 3.13, 3.14.9, 3.15.1
# flag: futureiter_resend_stops
import asyncio


def attempt(text, step, *args):
    try:
        print(text, "gives", step(*args))
    except StopIteration as end:
        print(text, "ends with", end.value)
    except (SystemError, ValueError) as error:
        print(text, "raises", type(error).__name__)


async def main():
    loop = asyncio.get_running_loop()
    for end, arguments in (("close", ()), ("throw", (ValueError(),))):
        future = loop.create_future()
        iterator = future.__await__()
        iterator.send(None)
        attempt(end, getattr(iterator, end), *arguments)
        attempt("send", iterator.send, None)
        future.set_result(1)
        attempt("send", iterator.send, None)
        attempt("next", next, iterator)


asyncio.run(main())
