"""keys, values and items are live views with length, membership, set operations and repr."""
table = {"a": 1, "b": 2}
keys, values, items = table.keys(), table.values(), table.items()
print(keys, values, items, len(keys), len(values), len(items))
table["c"] = 3
del table["a"]
print(keys, values, items)
print(list(keys), list(values), list(items), tuple(keys), [pair for pair in items])
print("b" in keys, "a" in keys, 3 in values, 9 in values, ("b", 2) in items, ("b", 9) in items, "b" in items)
print(list(reversed(keys)), list(reversed(values)), list(reversed(items)))
print(keys == {"b", "c"}, keys == table.keys(), items == {("b", 2), ("c", 3)}, values == table.values(),
      keys == ["b", "c"])
print(sorted(keys & {"c", "z"}), sorted(keys | {"z"}), sorted(keys - {"c"}), sorted(keys ^ {"c", "z"}),
      type(keys & keys).__name__)
print(sorted(items & {("b", 2)}), keys <= {"b", "c", "d"}, keys.isdisjoint({"q"}),
      sorted(keys - table.keys()))
print(sum(values), max(keys), sorted(values, reverse=True), dict(items), set(keys) == {"b", "c"},
      bool({}.keys()))
print(type(keys).__name__, type(values).__name__, type(items).__name__, {}.keys(), {}.values(), {}.items())
first, *others = table.items()
print(first, others, *table, *table.values())
for index, (key, value) in enumerate(table.items()):
    print(index, key, value)
print({value: key for key, value in items}, dict(sorted(items, key=lambda pair: -pair[1])))
iterator = iter(table)
print(next(iterator), next(iterator), next(iterator, "end"))
