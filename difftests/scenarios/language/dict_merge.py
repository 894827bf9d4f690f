"""Merging dicts with |, |=, ** and update: who wins, and where keys stand in the order."""
left = {"a": 1, "b": 2, "c": 3}
right = {"b": 20, "d": 4}
print(left | right, right | left, left, right)
print({**left, **right}, {**right, **left}, {"b": 0, **left}, {**left, "b": 0})
alias = left
left |= right
print(left, alias is left)
left |= [("e", 5), ("a", 10)]
print(left, alias)
left = left | {}
print(left == alias, left is alias, {} | {}, {1: 2} | {1.0: 3})
try:
    left | [("x", 1)]
except TypeError as error:
    print("TypeError:", error)
try:
    [] | left
except TypeError as error:
    print("TypeError:", error)
try:
    {**left, **[1]}
except TypeError:
    print("TypeError")


def show(**options):
    return options


print(show(**{"x": 1}, y=2, **{"z": 3}), show(**left) == left, show(**left) is left)
try:
    show(**{"x": 1}, **{"x": 2})
except TypeError:
    print("TypeError")
try:
    show(x=1, **{"x": 2})
except TypeError:
    print("TypeError")
try:
    show(**{1: 2})
except TypeError as error:
    print("TypeError:", error)
