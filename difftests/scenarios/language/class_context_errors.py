"""with on values that are no context managers, targets of every kind, and __exit__ found on the class."""


class Simple:
    def __enter__(self):
        return [1, 2]

    def __exit__(self, *details):
        print("exit", len(details), details[0] is None)


class NoExit:
    def __enter__(self):
        print("never")


class NoEnter:
    def __exit__(self, *details):
        print("never")


for bad in [5, None, NoExit(), NoEnter(), Simple]:
    try:
        with bad:
            print("never")
    except TypeError:
        print("TypeError")


class Box:
    pass


box, table = Box(), {}
with Simple() as box.first, Simple() as table["k"], Simple() as (a, *b), Simple() as [c, d]:
    print(box.first, table, a, b, c, d)
try:
    with Simple() as (x, y, z):
        print("never")
except ValueError as error:
    print("ValueError:", error)
instance = Simple()
instance.__exit__ = lambda *details: print("not used")
with instance:
    pass
calls = []


class Reused:
    def __init__(self):
        self.depth = 0

    def __enter__(self):
        self.depth += 1
        return self.depth

    def __exit__(self, *details):
        calls.append((self.depth, details[0] and details[0].__name__))
        self.depth -= 1


reused = Reused()
with reused as one, reused as two:
    with reused as three:
        print(one, two, three)
try:
    with reused:
        raise KeyError("k")
except KeyError as error:
    print("KeyError:", error)
print(calls)
with Simple():
    pass
with Simple() as unused: print("one line")
