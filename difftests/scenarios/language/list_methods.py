"""Every list method, what it returns, and the errors of the ones that can fail."""
items = [3, 1, 2]
print(items.append(4), items, items.extend([5, 6]), items, items.insert(1, 9), items)
items.insert(-1, "before last")
items.insert(100, "end")
items.insert(-100, "start")
print(items, len(items))
print(items.pop(), items.pop(0), items.pop(-2), items)
print(items.remove(9), items, items.index(2), items.index(5, 2), items.count(1), items.count("no"))
print(items.reverse(), items, items.copy(), items.copy() is items, items.copy() == items)
items.extend("ab")
items.extend(n for n in range(2))
items.extend({"k": 1})
items += (7, 8)
print(items)
print(items.clear(), items)
numbers = [1, 2, 2, 3, 2]
numbers.remove(2)
print(numbers, [1, True, 1.0].count(1), [1.0, 2].index(1), [None].count(None))
failing = [
    lambda: [].pop(), lambda: [1].pop(5), lambda: [1].remove(2), lambda: [1].index(2),
    lambda: [1, 2].index(1, 1),
    lambda: [1][1], lambda: [1][-2],
]
for call in failing:
    try:
        print(call())
    except (IndexError, ValueError) as error:
        if type(error) is IndexError:
            print("IndexError:", error)
        else:
            print("ValueError")
for call in [lambda: [1]["a"], lambda: [].append(), lambda: [].extend(5), lambda: [1] + 2, lambda: [] + None]:
    try:
        call()
    except TypeError:
        print("TypeError")
