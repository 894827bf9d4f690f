"""Contexts of what comes out of wait_for while another error is handled."""
import asyncio


async def slow():
    await asyncio.sleep(10)


def chain(error):
    links = []
    while error is not None:
        links.append(repr(error))
        error = error.__context__
    return " <- ".join(links)


async def main():
    loop = asyncio.get_running_loop()
    failed = loop.create_future()
    failed.set_exception(ValueError("failed"))
    for make, timeout in (
        (slow, 1),
        (loop.create_future, 1),
        (slow, 0),
        (loop.create_future, 0),
        (lambda: failed, 0),
        (lambda: asyncio.create_task(slow()), 0),
        (lambda: 3, 1),
        (lambda: 3, 0),
    ):
        try:
            raise KeyError("handled")
        except KeyError:
            try:
                await asyncio.wait_for(make(), timeout)
            except Exception as error:
                print(chain(error), "cause", repr(error.__cause__))


asyncio.run(main())
