"""A future of another loop."""
import asyncio


async def main():
    other = asyncio.new_event_loop()
    for timeout in (None, 5):
        future = other.create_future()
        try:
            await asyncio.wait_for(future, timeout)
        except RuntimeError as error:
            print("attached to a different loop" in str(error), future.done())
    other.close()


asyncio.run(main())
