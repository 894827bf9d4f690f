"""The errors of a group are split among except* clauses; what no clause takes goes on."""
import asyncio


async def fail(exception):
    raise exception


async def attempt(*exceptions):
    print(exceptions)
    try:
        async with asyncio.TaskGroup() as group:
            for exception in exceptions:
                group.create_task(fail(exception))
    except* (KeyError, IndexError) as errors:
        print("  lookup", repr(errors))
    except* ValueError as errors:
        print("  value", [error.args for error in errors.exceptions])
    else:
        print("  no error")
    finally:
        print("  finally")


async def main():
    await attempt()
    await attempt(ValueError(1))
    await attempt(KeyError("k"), ValueError(2), IndexError(3), ValueError(4))
    try:
        await attempt(OSError("rest"), KeyError("k"))
    except ExceptionGroup as errors:
        print("the rest:", repr(errors), errors.message)


asyncio.run(main())
