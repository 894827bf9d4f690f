"""any, all, reversed and sorted over every kind of source, with what they stop at and return."""
print(any([]), all([]), any([0, "", None]), any([0, 1]), all([1, "a", [0]]), all([1, 0, 2]), any({}),
      all({"": 1}), any("0"))
stream = iter([0, 1, 2, 0, 3])
print(any(stream), list(stream))
stream = iter([1, 2, 0, 3, 4])
print(all(stream), list(stream))
print(list(reversed([1, 2, 3])), list(reversed("abc")), list(reversed((1, 2))), list(reversed(range(4))),
      list(reversed([])))
print(list(reversed({"a": 1, "b": 2})), list(reversed(range(10, 0, -3))), "".join(reversed("é日")))
back = reversed([1, 2, 3])
print(next(back), list(back), list(back), next(back, "end"), iter(back) is back)
items = [1, 2, 3]
back = reversed(items)
items.append(4)
print(list(back), list(reversed(items)))
for bad in [{1, 2}, 5, iter([1]), (n for n in "a"), None]:
    try:
        reversed(bad)
    except TypeError:
        print("TypeError", end=" ")
print()
print(sorted([3, 1, 2]), sorted("bca"), sorted({"b": 1, "a": 2}), sorted({3, 1}), sorted((n for n in [2, 1])),
      sorted([]))
print(sorted([1, -2, 3], key=abs, reverse=True), sorted(["b", "A", "c"], key=str.lower),
      sorted([(2, "a"), (1, "b"), (1, "a")]))
print(sorted([True, 0, 2.5, -1]), sorted([[2], [1, 1], []]), sorted("a1B b".split()), sorted([0.0, -0.0]),
      sorted([1.0, 1, True]))
source = [2, 1]
print(sorted(source), source, sorted(source) is source, type(sorted(())).__name__)
table = {"x": 3, "y": 1, "z": 2}
print(sorted(table, key=table.get), sorted(table.items(), key=lambda item: item[1]),
      dict(sorted(table.items(), key=lambda i: -i[1])))
for call in [lambda: sorted(5), lambda: sorted([1, "a"]), lambda: sorted(), lambda: any(5), lambda: all(),
             lambda: sorted([1], 2),
             lambda: any([1], [2]), lambda: sorted([1], key=5)]:
    try:
        print(call())
    except TypeError:
        print("TypeError", end=" ")
print()
