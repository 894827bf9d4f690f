"""yield from: values, sends, throws and return values pass through; plain iterables work too."""


def inner(name):
    received = yield f"{name} 1"
    print(f"[{name} got {received}]", end=" ")
    try:
        received = yield f"{name} 2"
        print(f"[{name} got {received}]", end=" ")
    except ValueError as error:
        print(f"[{name} caught {error}]", end=" ")
        yield f"{name} recovered"
    return f"{name} result"


def outer():
    first = yield from inner("a")
    second = yield from inner("b")
    return first, second


made = outer()
print(next(made), made.send("x"), made.send("y"))
print(made.send(None), made.throw(ValueError("thrown")))
try:
    next(made)
except StopIteration as stop:
    print(stop.value)


def plain():
    yield from [1, 2]
    yield from "ab"
    yield from {"k": 1}
    yield from range(2)
    result = yield from ()
    yield result
    yield from (n * n for n in range(3))


print(list(plain()))


def to_list():
    yield from iter([1, 2, 3])


made = to_list()
next(made)
try:
    made.send("a list iterator has no send")
except AttributeError as error:
    print("AttributeError")
made = to_list()
next(made)
try:
    made.throw(KeyError("no throw either"))
except KeyError as error:
    print("KeyError:", error, list(made))


def bad():
    yield from 5


try:
    next(bad())
except TypeError as error:
    print("TypeError:", error)


def handler():
    try:
        yield from inner("c")
    except KeyError as error:
        yield f"outer caught {error}"


made = handler()
print(next(made), made.throw(KeyError("k")), next(made, "end"))


def deep(n):
    if n == 0:
        got = yield "bottom"
        return [got]
    return (yield from deep(n - 1)) + [n]


made = deep(5)
print(next(made))
try:
    made.send("down")
except StopIteration as stop:
    print(stop.value)
