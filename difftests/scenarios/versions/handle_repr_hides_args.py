"""The repr of a handle shows the arguments of its callback; later only in debug mode (gh-112997)."""
# flag: handle_repr_hides_args
import asyncio


def callback(number):
    pass


async def main():
    shown = repr(asyncio.get_running_loop().call_soon(callback, 12345))
    print("shows the argument:", "12345" in shown)


asyncio.run(main())
