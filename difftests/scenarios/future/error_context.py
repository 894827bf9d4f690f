"""The exception of a future gets the context of where it is raised while another error is handled."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    original = ValueError("of the future")
    future.set_exception(original)
    print(repr(original.__context__), repr(original.__cause__))
    try:
        try:
            raise KeyError("handled")
        except KeyError:
            await future
    except ValueError as error:
        print(error is original, repr(error.__context__), repr(error.__cause__))
    try:
        try:
            await future
        except ValueError as error:
            raise RuntimeError("wrapped") from error
    except RuntimeError as error:
        print(repr(error.__cause__), error.__cause__ is original, error.__context__ is original)


asyncio.run(main())
