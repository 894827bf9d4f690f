"""What counts as false: None, zeros, empty containers, __bool__ and __len__; and what and/or/not return."""
falsy = [None, False, 0, 0.0, -0.0, "", [], (), {}, set(), frozenset(), range(0), range(3, 3), {}.keys(),
         range(5, 0)]
truthy = [True, 1, -1, 0.1, float("nan"), " ", "0", [0], (None,), {0: 0}, {0}, range(1), object(), len, int,
          [[]]]
print([bool(value) for value in falsy])
print([bool(value) for value in truthy])


class Sized:
    def __init__(self, size):
        self.size = size

    def __len__(self):
        print("len", end=" ")
        return self.size


class Switch(Sized):
    def __bool__(self):
        print("bool", end=" ")
        return self.size > 5


class Plain:
    pass


print(bool(Sized(0)), bool(Sized(2)), bool(Switch(2)), bool(Switch(9)), bool(Plain()), bool(Plain))
print(not Sized(0), "yes" if Switch(9) else "no", (Sized(0) or "or"), (Sized(1) and "and"))
if not Switch(0):
    print("if not")
while Switch(3):
    print("never")
print([size for size in (0, 7) if Switch(size)], all([Sized(1), Switch(1), Sized(1)]),
      any([Sized(0), Switch(8)]))
print(list(filter(None, [0, 1, "", "a", [], [0]])), None or 0, 0 or None, [] and 1, 1 and [], "a" or 1 // 0)


class Broken:
    def __bool__(self):
        return "not a bool"


class Negative:
    def __len__(self):
        return -1


for make in [Broken, Negative]:
    try:
        bool(make())
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
