"""Inside of a running loop a future of another one cannot be gathered, not even alone (gh-91048)."""
# flag: gather_uses_running_loop
import asyncio


async def main():
    other = asyncio.new_event_loop()
    try:
        gathering = asyncio.gather(other.create_future())
        print(gathering.get_loop() is other)
    except ValueError as error:
        print(error)
    other.close()


asyncio.run(main())
