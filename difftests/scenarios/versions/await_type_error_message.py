"""The words of the TypeError for an await of what cannot be awaited (gh-114091)."""
# flag: await_type_error_message
import asyncio


async def main():
    try:
        await 5
    except TypeError as error:
        print(error)


asyncio.run(main())
