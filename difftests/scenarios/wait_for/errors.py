"""Errors of what is waited for go through, with their contexts."""
import asyncio


async def fail():
    await asyncio.sleep(1)
    raise ValueError("late")


async def fail_at_once():
    raise ValueError("at once")


async def main():
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    done.set_exception(ValueError("done"))
    pending = loop.create_future()
    loop.call_later(1, pending.set_exception, ValueError("pending"))
    for timeout in (None, 5):
        for make in (fail, fail_at_once, lambda: done, lambda: pending, lambda: asyncio.create_task(fail())):
            try:
                await asyncio.wait_for(make(), timeout)
            except ValueError as error:
                print(repr(error), repr(error.__cause__), repr(error.__context__))
            try:
                raise KeyError("handled")
            except KeyError:
                try:
                    await asyncio.wait_for(make(), timeout)
                except ValueError as error:
                    print(repr(error), repr(error.__cause__), repr(error.__context__))


asyncio.run(main())
