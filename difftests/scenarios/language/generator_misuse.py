"""Generators that call themselves, stay suspended in handlers, and yield from each other in the wrong way."""


def reentrant():
    try:
        yield next(made)
    except ValueError as error:
        yield f"ValueError: {error}"


made = reentrant()
print(next(made), list(made))


def self_closing():
    try:
        own.close()
    except ValueError as error:
        yield str(error)


own = self_closing()
print(next(own))


def handling():
    try:
        raise ValueError("inside")
    except ValueError as error:
        yield "in handler"
        try:
            raise
        except ValueError as again:
            yield again is error
    yield "after"


print(list(handling()))
made = handling()
next(made)
try:
    raise KeyError("outside")
except KeyError:
    print(next(made))
    try:
        raise
    except KeyError as error:
        print("the handler outside has its own error:", error)
print(next(made))


def failing():
    yield 1
    raise ValueError("broken")


made = failing()
print(next(made))
for attempt in range(2):
    try:
        next(made)
        print("never")
    except ValueError as error:
        print("ValueError:", error)
    except StopIteration:
        print("StopIteration after the failure")
for call in [lambda: next(failing), lambda: failing()[0], lambda: len(failing()),
             lambda: failing() + failing()]:
    try:
        call()
    except TypeError as error:
        print("TypeError:", error)
shared = (n for n in range(6))
for a in shared:
    for b in shared:
        print((a, b), end=" ")
        break
print()


class Tree:
    def __init__(self, value, *children):
        self.value, self.children = value, children

    def __iter__(self):
        yield self.value
        for child in self.children:
            yield from child

    def walk(self, depth=0):
        yield depth, self.value
        for child in self.children:
            yield from child.walk(depth + 1)


tree = Tree(1, Tree(2, Tree(3)), Tree(4))
print(list(tree), list(tree.walk()), sum(tree), max(tree), 3 in tree)
