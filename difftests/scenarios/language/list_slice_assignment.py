"""Slice assignment and deletion, plain and extended, growing and shrinking the list."""
items = list(range(8))
items[2:4] = ["a", "b", "c"]
print(items)
items[1:5] = []
print(items)
items[2:2] = "xy"
print(items)
items[len(items):] = (n for n in range(2))
print(items)
items[:0] = [True]
items[-2:] = {"k": 1}
print(items)
items[5:2] = ["insert at five"]
print(items)
items[::2] = [0] * len(items[::2])
print(items)
items[::-2] = range(len(items[::-2]))
print(items)
items[:] = items[:4]
print(items, len(items))
items[1:3] = items
print(items)
numbers = list(range(12))
del numbers[0], numbers[-1]
print(numbers)
del numbers[2:4]
print(numbers)
del numbers[::3]
print(numbers)
del numbers[-1:-4:-2]
print(numbers)
del numbers[5:2], numbers[100:]
print(numbers)
for values in [[1], [1, 2, 3]]:
    try:
        numbers[::2] = values
        print(numbers)
    except ValueError as error:
        print("ValueError:", error)
try:
    numbers[0:1] = 5
except TypeError:
    print("TypeError")
try:
    numbers[10] = 1
except IndexError as error:
    print("IndexError:", error)
try:
    del numbers[10]
except IndexError as error:
    print("IndexError:", error)
del numbers[:]
print(numbers)
