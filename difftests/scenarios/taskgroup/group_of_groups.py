"""Errors of nested groups are nested groups; split and subgroup look through all levels."""
import asyncio


async def fail(exception):
    raise exception


async def inner(*exceptions):
    async with asyncio.TaskGroup() as group:
        for exception in exceptions:
            group.create_task(fail(exception))


def show(error, depth=0):
    if isinstance(error, BaseExceptionGroup):
        print("  " * depth + type(error).__name__, error.message)
        for each in error.exceptions:
            show(each, depth + 1)
    else:
        print("  " * depth + repr(error))


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(inner(ValueError(1), KeyError("a")))
            group.create_task(inner(ValueError(2)))
            group.create_task(fail(TypeError("t")))
    except ExceptionGroup as errors:
        show(errors)
        match, rest = errors.split(ValueError)
        show(match)
        show(rest)
        print(errors.subgroup(OSError))


asyncio.run(main())
