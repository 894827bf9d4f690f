"""enumerate, zip, map and filter: lazy iterators, start, strict, several sources, None as filter."""
print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate(["x"], start=-1)), list(enumerate([])))
print(list(zip()), list(zip("ab")), list(zip("abc", [1, 2])), list(zip([1], [2], [3])),
      dict(zip("xy", range(9))))
print(list(zip("ab", [1, 2], strict=True)), [*zip(*[(1, "a"), (2, "b")])],
      list(zip(range(3), "abc", strict=False)))
print(list(map(str, [1, 2])), list(map(lambda a, b, c: a + b + c, [1, 2], [3, 4, 5], (6, 7))),
      list(map(len, ["a", ""])))
print(list(filter(None, [0, 1, "", "x", None, [], [0]])), list(filter(str.isdigit, "a1b2")),
      list(filter(lambda n: n > 1, range(4))))
for sources in [("ab", "abc"), ("abc", "ab"), ("ab", "ab", "a"), ("a", "", "a")]:
    try:
        print(list(zip(*sources, strict=True)))
    except ValueError as error:
        print("ValueError:", error)
made = map(lambda n: print("called", n, end=" ") or n * 2, range(3))
print(next(made), iter(made) is made, list(made), list(made))
counted = enumerate(iter("xyz"))
print(next(counted), list(counted), next(counted, "end"))
shared = iter(range(6))
print(list(zip(shared, shared)), next(shared, "used up"))
left, right = iter([1, 2, 3]), iter([1, 2])
print(list(zip(left, right)), list(left))
left, right = iter([1, 2, 3]), iter([1, 2])
print(list(zip(right, left)), list(left))
print(type(made).__name__, type(counted).__name__, type(zip()).__name__, type(filter(None, [])).__name__)
for index, (letter, number) in enumerate(zip("ab", [10, 20]), 1):
    print(index, letter, number, end="; ")
print()
print(sum(map(int, "1 2 3".split())), max(map(abs, [-5, 3])), [a * b for a, b in zip([1, 2], [3, 4])])
endless = iter(lambda: 1, 2)
print([pair for pair in zip("abc", endless)], list(map(lambda a, b: (a, b), "ab", endless)))
for call in [lambda: zip(5), lambda: enumerate(5), lambda: enumerate(), lambda: map(str),
             lambda: list(map(5, [1])),
             lambda: filter(None), lambda: list(filter(5, [1])), lambda: map(None),
             lambda: enumerate("a", "b"), lambda: zip("a", 1)]:
    try:
        print(call())
    except TypeError:
        print("TypeError", end=" ")
print()
print(list(map(print, "a", "b")), list(map(lambda *args: args, [1, 2], "ab", [None, True])),
      list(map(max, [1, 9], [5, 5])))
