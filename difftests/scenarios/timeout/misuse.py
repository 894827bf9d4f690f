"""What is refused: rescheduling what is not active, entering twice, leaving what was not entered, no task."""
import asyncio


async def attempt(what, call):
    try:
        answer = call()
        if asyncio.iscoroutine(answer):
            answer = await answer
        print(what, answer)
    except (RuntimeError, AssertionError) as error:
        print(what, type(error).__name__, str(error))


async def main():
    loop = asyncio.get_running_loop()
    limit = asyncio.timeout(1)
    await attempt("reschedule created", lambda: limit.reschedule(3))
    await attempt("leave created", lambda: limit.__aexit__(None, None, None))
    print(limit)
    async with limit:
        await attempt("enter active", limit.__aenter__)
        print(limit)
    await attempt("enter finished", limit.__aenter__)
    await attempt("leave finished", lambda: limit.__aexit__(None, None, None))
    await attempt("reschedule finished", lambda: limit.reschedule(None))
    try:
        async with asyncio.timeout(0) as limit:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                await attempt("reschedule expiring", lambda: limit.reschedule(3))
                await attempt("enter expiring", limit.__aenter__)
                raise
    except TimeoutError:
        pass
    await attempt("reschedule expired", lambda: limit.reschedule(3))
    await attempt("enter expired", limit.__aenter__)
    await attempt("leave expired", lambda: limit.__aexit__(None, None, None))
    done = loop.create_future()

    def callback():
        limit = asyncio.timeout(1)
        try:
            limit.__aenter__().send(None)
        except RuntimeError as error:
            print(error, limit)
        done.set_result(None)

    loop.call_soon(callback)
    await done


asyncio.run(main())
