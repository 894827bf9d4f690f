"""del of names, attributes, items, slices and several targets at once; names can be bound again."""
a, b, c, d = 1, 2, 3, 4
del a
del b, (c, [d])
for name in ["a", "d"]:
    try:
        print(a if name == "a" else d)
    except NameError as error:
        print("NameError:", error)
a = "again"
print(a)


class Box:
    shared = "class"


box = Box()
box.shared = "own"
print(box.shared)
del box.shared
print(box.shared)
try:
    del box.shared
except AttributeError as error:
    print("AttributeError")
del Box.shared
print(hasattr(box, "shared"))
items = list(range(10))
del items[0], items[-1], items[2:4], items[::3]
print(items)
table = {"x": 1, "y": {"z": 2, "w": 3}}
del table["y"]["z"], table["x"]
print(table)


def local():
    value = 1
    del value
    try:
        return value
    except NameError as error:
        return type(error).__name__


def enclosing():
    value = 1

    def read():
        return value

    print(read())
    del value
    try:
        return read()
    except NameError as error:
        return type(error).__name__


print(local(), enclosing())
for number in range(2):
    held = number
    del held
try:
    held
except NameError as error:
    print("NameError:", error)
