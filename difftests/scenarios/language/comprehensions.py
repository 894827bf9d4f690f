"""List, dict and set comprehensions: several loops, conditions, nesting, order of evaluation."""
print([x * x for x in range(5)], [x for x in range(10) if x % 2 if x > 3],
      [(x, y) for x in "ab" for y in range(2)])
print([x + y for x in range(3) for y in range(x)], [[y for y in range(x)] for x in range(4)])
print({x: str(x) for x in range(3)}, {k: v for k, v in [("a", 1), ("b", 2), ("a", 3)]},
      sorted({x % 3 for x in range(9)}))
matrix = [[1, 2, 3], [4, 5, 6]]
print([n for row in matrix for n in row], [[row[i] for row in matrix] for i in range(3)],
      [sum(row) for row in matrix])
print([a + b for a, b in zip([1, 2], [3, 4])], [first for first, *_ in ["abc", "de"]],
      [x for x, in [(1,), (2,)]])
print(["even" if n % 2 == 0 else "odd" for n in range(3)],
      [n for n in range(20) if n % 3 == 0 and n % 2 == 0])
print([x for x in [y for y in range(5) if y] if x > 2], [f(2) for f in [lambda n: n + 1, lambda n: n * 5]])
x = "outer x"
print([x for x in range(2)], x, [x for x in x if x != " "], x, [(x, x) for x in range(1)], x)
print([i for i in range(3) for i in "ab"], [y for x in [[1], [2]] for y in x], x)


def trace(label, value):
    print(label, end=" ")
    return value


print([trace("body", n) for n in trace("source", [1, 2, 3]) if trace("test", n > 1)])
print({trace("key", n): trace("value", n) for n in range(2)})
print([trace("inner", m) for n in trace("first", range(2)) for m in trace("second", range(n + 1))])


def local(n):
    factor = n
    return [factor * i for i in range(n)], {i: [factor + j for j in range(i)] for i in range(n)}


print(local(3))


class Scope:
    size = 3
    listed = [n for n in range(size)]
    doubled = [n * 2 for n in listed]


print(Scope.listed, Scope.doubled, hasattr(Scope, "n"))
try:
    [1 // n for n in [2, 1, 0]]
except ZeroDivisionError as error:
    print("ZeroDivisionError")
print([print(n, end=",") for n in range(3)], [[]] * 2, [[] for _ in range(2)], [*[n for n in "ab"], "c"])
