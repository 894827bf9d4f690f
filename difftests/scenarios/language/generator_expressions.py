"""Generator expressions are lazy, run once, evaluate the first source early and the rest late."""


def trace(label, value):
    print(label, end=" ")
    return value


lazy = (trace("body", n * n) for n in trace("source", [1, 2, 3]))
print("made")
print(next(lazy), next(lazy))
print(list(lazy), list(lazy), next(lazy, "spent"))
print(sum(n for n in range(5)), max((n % 4 for n in range(9)), default=0), ",".join(str(n) for n in range(3)))
print(any(trace(n, n > 1) for n in range(5)), all(trace(n, n < 2) for n in range(5)))
print(sorted((n for n in [3, 1, 2]), reverse=True), dict((n, n) for n in "ab"), tuple(n for n in ()),
      {*(n for n in "a")})
factor = 2
late = (n * factor for n in range(3))
factor = 10
print(list(late))
items = [1, 2]
growing = (n for n in items)
items.append(3)
print(list(growing))
items2 = [1, 2]
source_fixed = (n for n in items2)
items2 = ["rebound"]
print(list(source_fixed))
try:
    broken = (n for n in 5)
    print(next(broken))
except TypeError as error:
    print("TypeError:", error)
inner_late = (m for n in range(2) for m in missing)
try:
    next(inner_late)
except NameError as error:
    print("NameError:", error)
nested = ((x, y) for x in range(2) for y in (z * x for z in range(3)) if y)
print(list(nested))
pipeline = (n for n in (m + 1 for m in range(10)) if n % 2 == 0)
print([n for n in pipeline if n > 4], type(pipeline).__name__)
failing = (1 // n for n in [1, 0, 2])
print(next(failing))
try:
    next(failing)
except ZeroDivisionError:
    print("failed, then", list(failing))
print([f() for f in [(lambda: g) for g in range(3)]], list((lambda: n)() for n in range(3)))
x = "kept"
print([*(x for x in "ab")], x, 2 in (n for n in range(3)), list(zip((n for n in "ab"), (n for n in "cd"))))
