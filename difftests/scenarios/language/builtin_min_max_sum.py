"""min, max and sum: several arguments, key, default, first of equals, starts, floats that add up exactly."""
print(min(3, 1, 2), max(3, 1, 2), min([3, 1]), max("hello"), min({"b": 1, "a": 2}), max((1, 2), (1, 3)),
      max([[1], [2, 0]]))
print(max(["aa", "b", "cc"], key=len), min(["aa", "b", "c"], key=len), max(1, -5, 3, key=abs),
      min([1, 2], key=lambda n: -n))
print(max([], default="none"), min((), default=None), max([1], default=5), max("", default=0, key=len),
      max([3, 4], key=None))
print(max(1, 1.0), max(1.0, 1), min(True, 1), min(1, True), max([(1, "a"), (1, "b")], key=lambda p: p[0]),
      min(["x", "X"], key=str.lower))
print(sum([]), sum([1, 2, 3]), sum((1.5, 2)), sum([True, True]), sum([1], 10), sum([1], start=5),
      sum(range(101)), sum({1: 2, 3: 4}))
print(sum([[1], [2]], []), sum([(1,), (2,)], ()), sum([0.1] * 10), sum([0.1, 0.2, 0.3]),
      sum([1e16, 1.0, -1e16]), sum([1, 0.5]))
print(sum([0.1, 0.2], 0.3), sum([1, 2.5, 3]), sum([float("inf"), 1]), sum([-0.0]), sum([], -0.0),
      sum([0.1] * 3))
print(type(sum([])).__name__, type(sum([1.0])).__name__, type(sum([True])).__name__,
      sum(n for n in range(4) if n % 2))
for call in [lambda: max([]), lambda: min(()), lambda: max(n for n in []), lambda: min("", key=len)]:
    try:
        call()
    except ValueError as error:
        print("ValueError:", error)
for call in [lambda: max(), lambda: max(1), lambda: max(1, "a"), lambda: min([1, None]),
             lambda: max(1, 2, default=3),
             lambda: sum("ab"), lambda: sum(["a"], ""), lambda: sum([1], "a"), lambda: sum(5),
             lambda: sum([[1]])]:
    try:
        print(call())
    except TypeError:
        print("TypeError", end=" ")
print()
calls = []
print(max([3, 1, 2], key=lambda n: calls.append(n) or -n), calls)


class Box:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

    def __gt__(self, other):
        return self.n > other.n

    def __add__(self, other):
        return Box(self.n + (other.n if isinstance(other, Box) else other))

    __radd__ = __add__

    def __repr__(self):
        return f"Box({self.n})"


print(max(Box(1), Box(3), Box(2)), min([Box(2), Box(1)]), sum([Box(1), Box(2)]), sum([Box(1)], Box(5)))
