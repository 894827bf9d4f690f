"""get_running_loop() outside and inside of callbacks and coroutines."""
import asyncio


def where(text):
    try:
        loop = asyncio.get_running_loop()
        print(text, "the loop" if loop is ours else "another loop", loop.is_running())
    except RuntimeError as error:
        print(text, repr(error))


async def main():
    where("in a coroutine")
    asyncio.get_running_loop().call_soon(where, "in a callback")
    await asyncio.sleep(0)


where("before")
ours = asyncio.new_event_loop()
where("made, not run")
ours.run_until_complete(main())
where("after")
ours.close()
