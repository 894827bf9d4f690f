"""Coroutines that await coroutines: values and errors travel through the whole chain, each await a frame."""


class Pause:
    def __await__(self):
        return (yield "pause")


def run(coro, answers=()):
    answers = list(answers)
    value, pauses = None, 0
    while True:
        try:
            coro.send(value)
        except StopIteration as stop:
            return stop.value, pauses
        pauses += 1
        value = answers.pop(0) if answers else None


async def leaf(n):
    got = await Pause()
    if got == "fail":
        raise ValueError(f"leaf {n}")
    return n, got


async def middle(n):
    try:
        return ["middle", await leaf(n), await leaf(n + 1)]
    except ValueError as error:
        raise KeyError("middle") from error
    finally:
        print("middle finally", end=" ")


async def top():
    try:
        return await middle(1)
    except KeyError as error:
        return "handled", repr(error), repr(error.__cause__)


async def deep(n):
    return 0 if n == 0 else 1 + await deep(n - 1)


async def expressions():
    table = {"k": await leaf("key")}
    table["sum"] = len(await leaf("a")) + len(await leaf("b"))
    listed = [await leaf(n) for n in range(2)]
    flag = "yes" if (await leaf("c"))[0] == "c" and not await nothing() else "no"
    return table, listed, flag, f"{(await leaf('f'))[0]:>3}", str(await leaf("argument")), -await number()


async def nothing():
    return None


async def number():
    return 5


async def same_twice():
    coro = leaf(0)
    await coro
    try:
        await coro
    except RuntimeError as error:
        return str(error)


async def stops():
    raise StopIteration("inside a coroutine")


print(run(top(), ["a", "b"]))
print(run(top(), ["a", "fail"]))
print(run(deep(300)), run(expressions()))
print(run(same_twice()))
try:
    run(stops())
except RuntimeError as error:
    print("RuntimeError:", error, repr(error.__cause__))
coro = middle(5)
coro.send(None)
try:
    coro.throw(ValueError("from outside"))
except KeyError as error:
    print(repr(error), repr(error.__cause__))
