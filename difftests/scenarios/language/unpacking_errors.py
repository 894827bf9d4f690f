"""Unpacking the wrong number of values, or what cannot be iterated: ValueError and TypeError messages."""


def attempt(call):
    try:
        call()
    except (ValueError, TypeError) as error:
        print(type(error).__name__ + ":", error)


def two(source):
    a, b = source
    print(a, b)


def starred(source):
    a, *b, c = source
    print(a, b, c)


def nested(source):
    a, (b, c) = source
    print(a, b, c)


def empty(source):
    () = source
    print("empty")


def endless():
    number = 0
    while True:
        yield number
        number += 1


for source in [(1, 2), [1], [], "", (n for n in range(1)), {"k": 1}, 5, None, 1.5, len]:
    attempt(lambda: two(source))
for source in [endless(), iter([1, 2, 3]), (n for n in range(3))]:
    try:
        two(source)
    except ValueError:
        print("ValueError", next(source, "exhausted"))
for source in [(1, 2), (1,), [], 7]:
    attempt(lambda: starred(source))
for source in [(1, (2, 3)), (1, 2), (1, (2,)), (1, "xy"), (1, None)]:
    attempt(lambda: nested(source))
attempt(lambda: empty([]))
a, b = "old a", "old b"
try:
    a, (b, c) = "new a", (1,)
except ValueError:
    print(a, b)
try:
    for x, y in [(1, 2), (3,)]:
        print(x, y)
except ValueError as error:
    print("ValueError:", error, x, y)
for call in [lambda: print(*5), lambda: [*None]]:
    try:
        call()
    except TypeError:
        print("TypeError")
