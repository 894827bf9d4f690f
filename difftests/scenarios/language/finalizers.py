"""When objects and suspended generators go: in which order."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        report("gone:", self.name)


def report(*words):
    print(*words)


def suspended(name):
    try:
        yield name
    finally:
        report("finally of", name)


def begun(name):
    generator = suspended(name)
    next(generator)
    return generator


def locals_go_in_order():
    first, second = Noisy("first"), Noisy("second")
    report("at the end of the function")


locals_go_in_order()
[Noisy(n) for n in range(3)]
(Noisy("left"), Noisy("right"))
{"a": Noisy("value a"), "b": Noisy("value b")}
items = [Noisy(n) for n in "abcdef"]
del items[1:3]
report("deleted a slice")
items[:2] = [None]
report("replaced a slice")
items.clear()
for item in (Noisy(1), Noisy(2)):
    report("in the loop", item.name)
report("after the loop")
item = None
generator = begun("dropped")
generator = None
report("dropped")


def suspended_locals():
    one, two = begun("one"), begun("two")

    def inner():
        return two

    report("leaving", next(iter([1])))


suspended_locals()
some = [begun("three"), begun("four")]
some = None
report("the end")
