"""Every augmented operator on names, attributes, items and slices; in place for lists, not for tuples."""
n = 10
n += 5
n -= 3
n *= 4
n //= 5
n %= 7
n **= 5
n /= 4
print(n)
bits = 12
bits &= 10
bits |= 3
bits ^= 1
bits <<= 3
bits >>= 1
print(bits)


class Box:
    value = 1


box = Box()
box.value += 10
print(box.value, Box.value, Box().value)
Box.value *= 5
print(box.value, Box.value, Box().value)
items = [1, 2, 3, 4]
items[0] += 10
items[-1] *= 2
items[1:3] += ["a", "b"]
print(items)
table = {"k": 1}
table["k"] -= 5
try:
    table["missing"] += 1
except KeyError as error:
    print("KeyError:", error, table)
alias = items
items += (9,)
items *= 2
print(alias is items, len(alias))
words = other = "a"
words += "b"
words *= 2
print(words, other)
pair = same = (1,)
pair += (2,)
print(pair, same)
listed = [1]
listed += "xy"
listed += {"k": 1}
print(listed)
try:
    undefined_name += 1
except NameError as error:
    print("NameError:", error)
print(box.value.__class__.__name__, [box.value, table])
