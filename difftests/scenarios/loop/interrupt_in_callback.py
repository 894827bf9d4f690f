"""KeyboardInterrupt in a callback leaves asyncio.run; left-over tasks are cancelled on the way; status 130."""
import asyncio


def interrupt():
    print("interrupt")
    raise KeyboardInterrupt


async def other():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("other is cancelled")
        raise


async def main():
    task = asyncio.create_task(other())
    asyncio.get_running_loop().call_later(1, interrupt)
    try:
        await task
    finally:
        print("main's finally")


asyncio.run(main())
print("not reached")
