"""Keys are found by equality: equal numbers are one key, objects hash by identity or __hash__."""
table = {1: "one"}
table[1.0] = "float"
table[True] = "bool"
print(table, table[1], 1.0 in table, True in {1.0}, {2.0: "x"}[2], {-0.0: "zero"}[0], {0: "z"}[False])
table["1"] = "text"
table[(1, 2.0)] = "tuple"
print(table, table[(1.0, 2)], table[(True, 2)])
big = 9007199254740993
print(len({big: 1, float(big): 2}), {2 ** 60: "same"}[float(2 ** 60)], {None: 0, "": 1, (): 2, False: 3})


class Plain:
    pass


class Key:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        print("eq", self.name, getattr(other, "name", other))
        return isinstance(other, Key) and self.name == other.name

    def __hash__(self):
        return 7

    def __repr__(self):
        return f"Key({self.name!r})"


class Equal:
    def __eq__(self, other):
        return True


one, two = Plain(), Plain()
print(one == two, one == one, len({one, two, one}), {one: 1}.get(two, "other"), one in [two],
      one in (two, one))
print({Key("a"): 1, Key("b"): 2, Key("a"): 3})
key = Key("same")
print({key: "identity first"}[key])
try:
    {Equal(): 1}
except TypeError:
    print("TypeError: a class with __eq__ alone has no hash")
print(Equal() == 5, Equal() != 5, 5 in [Equal()], [1, Equal()].index("x"))
