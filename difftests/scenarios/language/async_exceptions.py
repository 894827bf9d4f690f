"""Exceptions across await: try in coroutines, finally with awaits, except*, context, groups."""
import asyncio


async def fail(error, pauses=1):
    for _ in range(pauses):
        await asyncio.sleep(0)
    raise error


async def cleanup(log):
    try:
        await fail(ValueError("v"))
    except ValueError as error:
        log.append(f"handler {error}")
        await asyncio.sleep(0)
        log.append("after the pause")
        raise KeyError("k") from error
    finally:
        await asyncio.sleep(0)
        log.append("finally")


async def swallow():
    try:
        await fail(ValueError("lost"))
    finally:
        await asyncio.sleep(0)
        return "swallowed"


async def retry(times):
    for attempt in range(times):
        try:
            if attempt < times - 1:
                await fail(OSError(attempt))
        except OSError as error:
            last = error
            continue
        else:
            return attempt, repr(last)


async def outcome(awaitable):
    try:
        return await awaitable
    except Exception as error:
        return error


async def main():
    log = []
    try:
        await cleanup(log)
    except KeyError as error:
        print(repr(error), repr(error.__cause__), log)
    print(await swallow(), await retry(3))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(ValueError("one")))
            group.create_task(fail(KeyError("two")))
            group.create_task(fail(OSError("never reached"), pauses=5))
    except* ValueError as caught:
        await asyncio.sleep(0)
        print("values", caught.exceptions)
    except* KeyError as caught:
        print("keys", caught.exceptions, caught.message)
    tasks = [asyncio.create_task(coro) for coro in (fail(ValueError(1)), fail(KeyError(2)), retry(2))]
    results = [await outcome(task) for task in tasks]
    print([repr(result) for result in results])
    try:
        try:
            await fail(ValueError("first"))
        except ValueError:
            await fail(TypeError("second"))
    except TypeError as error:
        print(repr(error), repr(error.__context__))
    handled = ValueError("outer")
    try:
        raise handled
    except ValueError:
        await asyncio.sleep(0)
        try:
            raise
        except ValueError as error:
            print("still handling after an await", error is handled)
    raise SystemExit(4)


asyncio.run(main())
