"""What a gather and its children look like."""
import asyncio


def shown(future):
    print(repr(future).split(" at ")[0])


async def main():
    loop = asyncio.get_running_loop()
    future, other = loop.create_future(), loop.create_future()
    gathering = asyncio.gather(future, other, future)
    shown(gathering)
    shown(future)
    print(type(gathering).__name__, type(gathering).__module__, isinstance(gathering, asyncio.Future), len(gathering._children))
    print(gathering._children[0] is future, gathering._children[2] is future, gathering._children[1] is other)
    future.set_result(1)
    other.set_result("two")
    await gathering
    shown(gathering)
    shown(future)
    failing = loop.create_future()
    failing.set_exception(ValueError("x"))
    gathering = asyncio.gather(failing)
    shown(gathering)
    try:
        await gathering
    except ValueError:
        pass


asyncio.run(main())
