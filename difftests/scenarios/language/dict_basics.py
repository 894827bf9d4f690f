"""Dicts: displays, order of insertion, lookup, deletion, unpacking and equality."""
table = {"one": 1, "two": 2, "three": 3}
print(table, len(table), table["two"], "one" in table, 1 in table, "four" not in table)
table["one"] = 11
table["four"] = 4
del table["two"]
table["two"] = "again"
print(table, list(table), [key for key in table])
print({}, dict(), {1: "a", "1": "b", None: "c", (1, 2): "d", True: "e", 2.5: "f"})
print({"a": 1, "a": 2}, {1: "int", 1.0: "float", True: "bool"}, {0: "a", False: "b"},
      {**{"x": 1}, "y": 2, **{"x": 3}})
print(dict(a=1, b=2), dict([("a", 1), ("b", 2)]), dict({"a": 1}, b=2), dict([["k", "v"], "xy"]),
      dict(zip("ab", [1, 2])))
print({n: n * n for n in range(4)}, {key: value for value, key in table.items()},
      {n % 2: n for n in range(5)})
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} == {"a": 1.0}, {"a": 1} != {"a": 2}, {} == [],
      {"a": [1]} == {"a": [1]})
print(list(reversed({"a": 1, "b": 2})), sorted({"b": 1, "a": 2}), max({"x": 1, "y": 0}), tuple({"k": "v"}))
for key, value in table.items():
    print(key, "->", value, end="; ")
print()
for missing in ["absent", 3, None, (1, 2)]:
    try:
        table[missing]
    except KeyError as error:
        print("KeyError:", error, error.args)
    try:
        del table[missing]
    except KeyError as error:
        print("KeyError:", repr(error))
for unhashable in [[], {}, set(), ([],)]:
    try:
        table[unhashable] = 1
    except TypeError:
        print("TypeError")
    try:
        unhashable in table
    except TypeError:
        print("TypeError")
nested = {"list": [1, {"deep": (1,)}], "dict": {}}
nested["list"][1]["deep"] += (2,)
nested["dict"]["new"] = nested["list"]
print(nested, nested["dict"]["new"] is nested["list"])
