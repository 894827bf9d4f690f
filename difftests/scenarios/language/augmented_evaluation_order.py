"""In an augmented assignment the target's object and index are evaluated once, before the value."""


def note(label, value):
    print(label, end=" ")
    return value


class Table:
    def __init__(self):
        self.store = {"k": 1}

    def __getitem__(self, key):
        print(f"get[{key}]", end=" ")
        return self.store[key]

    def __setitem__(self, key, value):
        print(f"set[{key}]={value}", end=" ")
        self.store[key] = value


table = Table()
note("object", table)[note("index", "k")] += note("value", 5)
print(table.store)
try:
    note("object", table)[note("index", "k")] += note("bad", 1 // 0)
except ZeroDivisionError:
    print("failed before the store", table.store)


class Number:
    def __init__(self, value):
        self.value = value

    def __iadd__(self, other):
        print(f"iadd {other}", end=" ")
        self.value += other
        return self

    def __sub__(self, other):
        print(f"sub {other}", end=" ")
        return Number(self.value - other)


number = alias = Number(1)
number += note("right", 2)
print(number.value, number is alias)
number -= 1
print(number.value, alias.value, number is alias)
values = [1, 2, 3]
index = 0


def advance():
    global index
    index += 1
    return index


values[advance()] += advance() * 10
print(values, index)
x = [0]
x[0] += (x := [5])[0]
print(x)
