"""repr and str of containers in containers: quotes, one-tuples, empty ones, and user objects."""


class Item:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<Item {self.name}>"

    def __str__(self):
        return f"item {self.name}"


item = Item("x")
print(item, [item], (item,), {item.name: item}, {"set": {1}}, [[], (), {}, set(), frozenset()])
print([1, "a", 2.0, None, True, (1,), {"k": [1]}], ("a", 'b"', "c'"), {"a": ("b",), ("c",): "d"},
      [[["deep"]]])
print(str([item, "s"]), repr((item, "s")), f"{[item]} {item} {item!r} {(item,)!s}", str(item) + repr(item))
print({1: {2: {3: {}}}}, [("a", 1), ("b", [2, (3,)])], {"\n": "\t"}, ["\\"], ["é", "\x00"])
print([1.0, -0.0, 1e100, float("inf"), float("nan")], [True, False], [None], [range(3), range(1, 5, 2)])
print({"one": item, "two": [item, item]}, [dict(a=1), list("ab"), tuple("c"), set("d")])
print([int, str, Item, ValueError], [type(None), type([])], (list, dict))
print([ValueError("bad"), KeyError("k"), Exception()], (StopIteration(3),))


class Outer:
    def __init__(self, inner):
        self.inner = inner

    def __repr__(self):
        return f"Outer({self.inner!r})"


print(Outer(Outer(["x"])), [Outer("q'")], {Outer(1).inner: Outer(None)})
