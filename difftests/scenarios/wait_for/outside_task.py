"""Outside of a task, and without a loop."""
import asyncio


async def value():
    return 1


coro = asyncio.wait_for(value(), 1)
try:
    coro.send(None)
except RuntimeError as error:
    print(error)


async def main():
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    inner = value()

    def callback():
        for timeout in (None, 1):
            coro = asyncio.wait_for(inner, timeout)
            try:
                coro.send(None)
            except RuntimeError as error:
                print(error)
        done.set_result(None)

    loop.call_soon(callback)
    await done
    print(await inner)


asyncio.run(main())
