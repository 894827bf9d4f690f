"""Calling with the wrong arguments: the messages of TypeError that name the parameters."""


def none():
    pass


def one(x):
    pass


def two(x, y):
    pass


def three(x, y, z):
    pass


def defaults(x, y=1, z=2):
    pass


def keyword_only(x, *, key, other):
    pass


def varied(x, *rest, **more):
    pass


class Point:
    def __init__(self, x, y):
        self.x = x

    def move(self, dx):
        pass


def outer():
    def inner(x):
        pass

    return inner


calls = [
    lambda: none(1), lambda: none(1, 2), lambda: none(x=1), lambda: one(), lambda: one(1, 2), lambda: two(),
    lambda: two(1), lambda: three(), lambda: three(y=1), lambda: two(1, 2, 3), lambda: two(1, x=2),
    lambda: one(y=2),
    lambda: defaults(), lambda: defaults(1, 2, 3, 4), lambda: keyword_only(1), lambda: keyword_only(1, key=2),
    lambda: keyword_only(1, 2, key=1, other=2), lambda: varied(), lambda: varied(1, x=2),
    lambda: (lambda a: a)(), lambda: outer()(), lambda: one(*[1, 2]), lambda: one(1, **{"x": 2}),
    lambda: two(z=1, x=1, y=2), lambda: 5(), lambda: "text"(), lambda: None(), lambda: [1](0),
]
for call in calls:
    try:
        call()
        print("no error")
    except TypeError as error:
        print(error)
for call in [lambda: Point(), lambda: Point(1), lambda: Point(1, 2, 3), lambda: Point(1, 2).move(),
             lambda: Point(1, 2).move(1, 2)]:
    try:
        call()
    except TypeError as error:
        print(error)
for call in [lambda: len(), lambda: len(1, 2), lambda: object(1), lambda: one(*5), lambda: one(**[1]),
             lambda: int(x=1)]:
    try:
        call()
    except TypeError:
        print("TypeError")
