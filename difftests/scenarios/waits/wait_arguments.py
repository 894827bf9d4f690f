"""What wait() says of its arguments, and when: nothing happens before it is awaited."""
import asyncio


async def coro():
    pass


async def attempt(name, *args, **keywords):
    try:
        waiting = asyncio.wait(*args, **keywords)
    except TypeError as error:
        print(name, "at the call:", type(error).__name__)
        return
    print(name, type(waiting).__name__, waiting.__name__, waiting.__qualname__)
    try:
        done, pending = await waiting
        print(name, len(done), len(pending))
    except (TypeError, ValueError, AssertionError, AttributeError) as error:
        print(name, type(error).__name__, error)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(coro())
    body = coro()
    await attempt("nothing")
    await attempt("too much", [future], 1)
    await attempt("unknown", [future], when="x")
    await attempt("empty list", [])
    await attempt("empty set", set())
    await attempt("empty dict", {})
    await attempt("None", None)
    await attempt("a number", 3)
    await attempt("a future", future)
    await attempt("a task", task)
    await attempt("a coroutine", body)
    await attempt("coroutines", [task, body])
    await attempt("when", [task], return_when="SOME")
    await attempt("when None", [task], return_when=None)
    await attempt("when list", [task], return_when=[1])
    await attempt("empty, wrong when", [], return_when="SOME")
    await attempt("empty generator", (item for item in []))
    await attempt("a generator", (item for item in [task, task]))
    await attempt("numbers", [1, 2])
    await attempt("a text", "ab")
    await attempt("timeout", [task], timeout="1")
    await attempt("timeout list", [task], timeout=[])
    await attempt("a dict", {task: 1})
    await attempt("twice", [task, task])
    await attempt("by name", fs=[task], timeout=None, return_when="FIRST_COMPLETED")
    body.close()
    print(asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION, asyncio.ALL_COMPLETED)


asyncio.run(main())
