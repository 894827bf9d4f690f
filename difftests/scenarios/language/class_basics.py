"""Classes: class and instance attributes, methods, self, late additions, and class bodies that run code."""


class Counter:
    """Counts."""

    made = 0
    names = []

    def __init__(self, name, start=0):
        self.name = name
        self.value = start
        Counter.made += 1
        self.names.append(name)

    def step(self, by=1):
        self.value += by
        return self

    def describe(self):
        return f"{self.name}={self.value}"


a, b = Counter("a"), Counter("b", start=10)
print(a.step().step(5).describe(), b.step(-1).describe(), Counter.made, a.made, Counter.names,
      a.names is b.names)
a.made = "own"
print(a.made, b.made, Counter.made)
Counter.limit = 99
b.extra = [1]
print(a.limit, b.extra, hasattr(a, "extra"), Counter.describe(a), Counter.step(b, by=2).value)
method = a.describe
a.name = "renamed"
print(method(), a.describe == a.describe, a.describe == b.describe, callable(method))


class Body:
    total = 0
    for n in range(4):
        total += n
    if total > 5:
        kind = "big"
    else:
        kind = "small"

    def helper(x):
        return x * 2

    doubled = helper(total)
    del n
    print("in the body", total, kind)


print(Body.total, Body.kind, Body.doubled, hasattr(Body, "n"), Body.helper(4))
Counter.shout = lambda self: self.name.upper()
print(a.shout(), b.shout())
b.local = lambda x: ("not bound", x)
print(b.local(1))


def make(label):
    class Local:
        name = label

        def get(self):
            return label, self.name

    return Local


One, Two = make("one"), make("two")
print(One().get(), Two().get(), One is Two, One.__name__, type(One()).__name__, type(One()) is One)
