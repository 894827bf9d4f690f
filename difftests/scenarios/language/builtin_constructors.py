"""list, tuple, dict, set, str, int, float and bool called with every kind of argument, and type with one."""
print(list(), list("ab"), list((1, 2)), list({"k": 1}), list(range(3)), list({5}), list(n for n in "xy"),
      list(zip("a", "b")))
print(tuple(), tuple([1, [2]]), tuple("ab"), tuple({"k": 1}), set() == set([]), sorted(set("hello")),
      sorted(set({1: 2})))
print(dict(), dict({"a": 1}), dict(a=1, b=[2]), dict([("a", 1)], a=2), dict(["ab", "cd"]), dict({1: 2}, x=3),
      dict(iter([(1, 2)])))
print(str(), str(5), str(1.0), str(None), str([1, "a"]), str("text"), str(True), str(()), str({}), str(set()),
      repr(str("q'")))
print(int(), int(5), int("5"), int(5.9), int(True), float(), float("2"), float(2), bool(), bool("False"),
      bool([]), bool(0.1))
items = [1, [2]]
copy = list(items)
print(copy == items, copy is items, copy[1] is items[1], list(copy) is copy, tuple(items) == (1, [2]))
table = {"a": []}
shallow = dict(table)
shallow["a"].append(1)
shallow["b"] = 2
print(table, shallow)


class Pairs:
    def keys(self):
        return ["x", "y"]

    def __getitem__(self, key):
        return key * 2


print(dict(Pairs()), {**Pairs()}, dict(Pairs(), z=1))
print(type(5) is int, type("") is str, type(None)() is None, type([])("ab"), type(2.5)("1e3"), type(True)([]),
      type({})(k=1))
builders = {"list": list, "tuple": tuple, "str": str, "sorted": sorted, "len": len, "bool": bool}
print({name: build("ba") for name, build in builders.items()},
      [f("12") for f in (int, float, list, str, tuple, len)])
print(list(map(int, "123")), list(map(float, ["1", "2.5"])), list(map(bool, [0, 1, ""])),
      [*map(list, ["ab", ""])], [*map(tuple, [[1]])])
for call in [lambda: list(5), lambda: list(1, 2), lambda: tuple(None), lambda: dict(5), lambda: set(1),
             lambda: int([]),
             lambda: float({}), lambda: int("5", "x"), lambda: bool(1, 2), lambda: dict([1]),
             lambda: list(x=1), lambda: len(5)]:
    try:
        print(call())
    except TypeError:
        print("TypeError", end=" ")
print()
for call in [lambda: dict(["abc"]), lambda: dict([()]), lambda: int("x"), lambda: float("x"),
             lambda: dict([[1, 2, 3]])]:
    try:
        print(call())
    except ValueError:
        print("ValueError", end=" ")
print()


class Number:
    def __int__(self):
        return 42

    def __float__(self):
        return 4.5

    def __len__(self):
        return 3


print(int(Number()), float(Number()), len(Number()), bool(Number()), object() == object(),
      type(object()).__name__)
