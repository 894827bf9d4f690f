"""Each look at a cancelled future makes a new CancelledError with the message."""
import asyncio


def look(function):
    try:
        function()
    except asyncio.CancelledError as error:
        return error


async def main():
    future = asyncio.get_running_loop().create_future()
    print("cancel", future.cancel("why"), future.cancel("again"), future.cancelled())
    first = look(future.result)
    second = look(future.result)
    third = look(future.exception)
    print(repr(first), repr(second), repr(third))
    print("same", first is second, first is third)
    try:
        await future
    except asyncio.CancelledError as error:
        print("await", repr(error), error is first)
    plain = asyncio.get_running_loop().create_future()
    plain.cancel()
    print(repr(look(plain.result)))


asyncio.run(main())
