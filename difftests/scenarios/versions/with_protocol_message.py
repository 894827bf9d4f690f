"""The words of the TypeError for a with statement on an object that is no context manager: later they name the method that is
missed, the class with its module, and the other statement if that would do (gh-128398)."""
# flag: with_protocol_message
import asyncio


async def main():
    try:
        async with 5:
            pass
    except TypeError as error:
        print(error)
    try:
        with asyncio.TaskGroup():
            pass
    except TypeError as error:
        print(error)


asyncio.run(main())
