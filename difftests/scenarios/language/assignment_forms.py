"""Chained, annotated, conditional and multiple assignments, and where each name ends up."""
a = b = c = 0
a += 1
print(a, b, c)
count: int = 5
later: str
name: "any expression" = "annotated"
print(count, name)
try:
    print(later)
except NameError as error:
    print("NameError:", error)
items: list = []
items.append(count)


class Box:
    size: int = 3
    empty: int

    def __init__(self):
        self.value: float = 1.5
        (self.other): int = 2


box = Box()
print(items, box.size, box.value, box.other, hasattr(box, "empty"))


def annotated(x: int, y: str = "d", *rest: float, z: bool = True, **more: dict) -> list:
    local: int = x + 1
    unused: int
    return [local, y, rest, z, more]


print(annotated(1), annotated(1, "b", 2.0, z=False, w=3))
box.value = box.other = x = [1]
print(box.value is box.other is x)
x[0] = y = x
print(y[0] is y, len(y))
value = "yes" if count > 3 else "no"
first = second, third = (1, 2)
print(value, first, second, third)
one = two = three = []
two = two + [2]
one.append(1)
print(one, two, three)
i = 0; j = 1; print(i, j)
if i == 0: print("one line if")
while i < 3: i += 1
for j in range(2): print("one line for", j)
class Short: pass
def short(): return "short"
print(short(), Short.__name__, i); i = 9; print(i)
