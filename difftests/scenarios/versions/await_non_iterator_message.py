"""The words of the TypeError for an __await__() that returns no iterator."""
# flag: await_non_iterator_message
import asyncio


class Wrong:
    def __await__(self):
        return 5


async def main():
    try:
        await Wrong()
    except TypeError as error:
        print(error)


asyncio.run(main())
