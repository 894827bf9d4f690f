"""Coroutines driven by hand: send, return value in StopIteration, throw, close, and using one twice."""


class Pause:
    def __init__(self, label):
        self.label = label

    def __await__(self):
        answer = yield self.label
        return ("answer", answer)


async def work(name):
    print("start", name, end=" ")
    first = await Pause(f"{name} 1")
    second = await Pause(f"{name} 2")
    return first, second


coro = work("a")
print(type(coro).__name__)
print(coro.send(None), coro.send("x"))
try:
    coro.send("y")
except StopIteration as stop:
    print("returned", stop.value)
for action in [lambda: coro.send(None), lambda: coro.throw(ValueError("late"))]:
    try:
        action()
    except RuntimeError as error:
        print("RuntimeError:", error)
print(coro.close())
coro = work("b")
try:
    coro.send("too early")
except TypeError as error:
    print("TypeError:", error)
coro.close()
try:
    coro.send(None)
except RuntimeError as error:
    print("RuntimeError:", error)


async def guarded():
    try:
        return await Pause("guarded")
    except ValueError as error:
        print("caught", error, end=" ")
        return await Pause("recovering")
    finally:
        print("finally", end=" ")


coro = guarded()
print(coro.send(None), coro.throw(ValueError("thrown")))
try:
    coro.send("done")
except StopIteration as stop:
    print(stop.value)
coro = guarded()
coro.send(None)
try:
    coro.throw(KeyError("k"))
except KeyError as error:
    print("KeyError:", error)
coro = guarded()
coro.send(None)
print(coro.close())


async def nothing():
    pass


async def returns_at_once():
    return [1, 2]


for function in [nothing, returns_at_once]:
    try:
        function().send(None)
    except StopIteration as stop:
        print(stop.value)
for call in [lambda coro: next(coro), lambda coro: iter(coro), lambda coro: list(coro), lambda coro: coro()]:
    coro = nothing()
    try:
        call(coro)
    except TypeError as error:
        print("TypeError:", error)
    coro.close()
