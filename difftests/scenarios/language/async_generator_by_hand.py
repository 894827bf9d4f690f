"""Async generators driven by hand: asend, athrow, aclose, the end, and values of the awaits in between."""


class Pause:
    def __init__(self, label):
        self.label = label

    def __await__(self):
        return (yield self.label)


def run(awaitable):
    async def main():
        return await awaitable

    coro, pauses = main(), []
    try:
        while True:
            pauses.append(coro.send(None))
    except StopIteration as stop:
        return stop.value, pauses
    except Exception as error:
        return type(error).__name__ + ": " + str(error), pauses


async def numbers():
    try:
        received = yield 1
        print("received", received, end=" ")
        await Pause("between")
        received = yield 2
        print("received", received, end=" ")
    except ValueError as error:
        await Pause("handling")
        yield f"caught {error}"
    finally:
        await Pause("cleanup")
        print("cleanup", end=" ")


made = numbers()
print(type(made).__name__, made.__aiter__() is made, hasattr(made, "__anext__"), hasattr(made, "send"))
print(run(made.asend(None)), run(made.asend("x")), run(made.asend("y")), run(made.__anext__()))
made = numbers()
print(run(made.__anext__()), run(made.athrow(ValueError("v"))), run(made.__anext__()))
made = numbers()
print(run(made.__anext__()), run(made.athrow(KeyError("k"))), run(made.__anext__()))
made = numbers()
print(run(made.__anext__()), run(made.aclose()), run(made.aclose()), run(made.__anext__()))
fresh = numbers()
print(run(fresh.asend("too early")), run(fresh.aclose()), run(fresh.__anext__()))
fresh = numbers()
print(run(fresh.athrow(ValueError("not started"))), run(fresh.__anext__()))


async def stubborn():
    for _ in range(2):
        try:
            yield "here"
        except GeneratorExit:
            print("ignored", end=" ")


made = stubborn()
print(run(made.__anext__()), run(made.aclose()), run(made.__anext__()))


async def plain():
    yield 1


made = plain()
step = made.__anext__()
print(run(step), run(step))
for call in [lambda: next(plain()), lambda: iter(plain()), lambda: list(plain()), lambda: made()]:
    try:
        call()
    except TypeError as error:
        print("TypeError:", error)
