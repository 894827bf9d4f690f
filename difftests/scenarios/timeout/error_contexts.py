"""An error leaves an expired block: of its contexts the first cancellation is behind a TimeoutError since 3.13."""
import asyncio


def chain(error):
    kinds = []
    while error is not None and len(kinds) < 9:
        kinds.append(type(error).__name__)
        error = error.__context__
    return " < ".join(kinds)


def show(error):
    print(chain(error))
    for member in getattr(error, "exceptions", ()):
        print("   ", chain(member))


async def at_once(cancellation):
    raise ValueError


async def behind_another(cancellation):
    try:
        raise KeyError
    except KeyError:
        raise ValueError


async def two_cancellations(cancellation):
    cancellation.__context__ = asyncio.CancelledError("before")
    raise ValueError


async def group(cancellation):
    members = [ValueError("first"), KeyError("second"), IndexError("third")]
    for member in members[:2]:
        member.__context__ = cancellation
    raise ExceptionGroup("several", members)


async def main():
    for fails in at_once, behind_another, two_cancellations, group:
        print(fails.__name__)
        try:
            async with asyncio.timeout(1):
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError as cancellation:
                    await fails(cancellation)
        except Exception as error:
            show(error)


asyncio.run(main())
