"""get, setdefault, pop, popitem, update, copy, clear and fromkeys."""
table = {"a": 1, "b": 2}
print(table.get("a"), table.get("x"), table.get("x", "default"), table.get("a", "unused"))
print(table.setdefault("a", 9), table.setdefault("c", []), table.setdefault("d"), table)
table["c"].append("grown")
table.setdefault("c", []).append("again")
print(table)
print(table.pop("a"), table.pop("zzz", None), table.pop("zzz", "given"), table)
print(table.popitem(), table.popitem(), table, len(table))
print(table.update({"b": 20, "e": 5}), table, table.update([("f", 6)], g=7), table, table.update(),
      table.update(h=8))
print(table)
copy = table.copy()
copy["only here"] = True
print(len(table), len(copy), copy is table, table.clear(), table, copy["b"])
print(dict.fromkeys("ab"), dict.fromkeys(["x", "y"], 0), dict.fromkeys(range(2), []), {}.fromkeys("z", 1))
shared = dict.fromkeys("pq", [])
shared["p"].append(1)
print(shared)
failing = [
    lambda: {}.pop("k"), lambda: {}.popitem(), lambda: {"a": 1}.update([1]),
    lambda: {"a": 1}.update([(1, 2, 3)]),
    lambda: {}.get(), lambda: {}.get([]), lambda: {}.pop(), lambda: dict(5), lambda: dict(["abc"]),
]
for call in failing:
    try:
        print(call())
    except KeyError as error:
        print("KeyError:", error)
    except Exception as error:
        print(type(error).__name__)
counts = {}
for letter in "abracadabra":
    counts[letter] = counts.get(letter, 0) + 1
print(counts, sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])), max(counts, key=counts.get))
order = {"x": 1, "y": 2, "z": 3}
order["x"] = order.pop("x")
print(order)
