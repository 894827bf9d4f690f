"""Changing the size of a dict or a set while iterating over it is a RuntimeError; changing values is not."""
table = {"a": 1, "b": 2, "c": 3}
for key in table:
    table[key] *= 10
print(table)
seen = []
try:
    for key in table:
        seen.append(key)
        table[key + "!"] = 0
except RuntimeError as error:
    print("RuntimeError:", error, seen, table)
try:
    for key in table:
        del table[key]
except RuntimeError as error:
    print("RuntimeError:", error, table)
for view in [table.keys(), table.values(), table.items()]:
    try:
        for entry in view:
            table["grow" + str(len(table))] = entry
    except RuntimeError as error:
        print("RuntimeError:", error, len(table))
for key in list(table):
    if key.startswith("grow"):
        del table[key]
print(table)
numbers = {1, 2, 3}
try:
    for number in numbers:
        numbers.add(number + 100)
except RuntimeError as error:
    print("RuntimeError:", error, len(numbers))
iterator = iter(table)
print(next(iterator))
table["late"] = 1
try:
    next(iterator)
except RuntimeError as error:
    print("RuntimeError:", error)
try:
    next(iterator)
except RuntimeError as error:
    print("RuntimeError again")
for number in [1]:
    for other in {"only": 1}:
        print(number, other)
