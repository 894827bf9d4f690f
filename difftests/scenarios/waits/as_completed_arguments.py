"""What as_completed() says of its arguments, and when."""
import asyncio


async def coro():
    return "result"


def attempt(name, *args, **keywords):
    try:
        steps = asyncio.as_completed(*args, **keywords)
    except (TypeError, ValueError) as error:
        return print(name, "at the call:", type(error).__name__, "" if "call" in name else error)
    try:
        step = next(steps)
        step.close()
        print(name, "a step")
    except StopIteration:
        print(name, "no step")
    except (TypeError, ValueError) as error:
        print(name, "at the step:", type(error).__name__, error)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    body = coro()
    attempt("call: nothing")
    attempt("call: too much", [future], 1)
    attempt("call: unknown", [future], when="x")
    attempt("a number", 3)
    attempt("None", None)
    attempt("a future", future)
    attempt("a coroutine", body)
    attempt("numbers", [1, 2])
    attempt("a text", "ab")
    attempt("empty", [])
    attempt("empty generator", (item for item in []), timeout="x")
    attempt("timeout", [loop.create_future()], timeout="1")
    attempt("twice", [future, future])
    attempt("a generator", (item for item in [body, future]))
    other = asyncio.new_event_loop()
    attempt("another loop", [other.create_future()])
    other.close()
    await asyncio.sleep(0)


asyncio.run(main())
