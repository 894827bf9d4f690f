"""Unpacking into names, attributes, items and slices: nested, chained, swapped, in loops."""
a, b = 1, 2
(c, d) = [3, 4]
[e, f] = "ef"
g, = (7,)
[h] = {8}
print(a, b, c, d, e, f, g, h)
a, b = b, a
a, b, c = b, c, a
print(a, b, c)
(i, (j, [k, l])), m = (1, (2, (3, 4))), 5
print(i, j, k, l, m)
x = y = z = [0]
y.append(1)
print(x, z, x is y is z)
p = q, r = 1, 2
print(p, q, r)
(s, t), u = v, w = (1, 2), "uv"
print(s, t, u, v, w)


class Box:
    pass


box = Box()
items = [0, 0, 0, 0]
table = {}
box.one, items[1], table["k"], items[2:] = 1, 2, 3, [4, 5]
print(box.one, items, table)
index, items[index] = 0, "at index 0"
print(index, items)
items[0], items[1:3] = items[1], [items[0]]
print(items)
for name, (low, high) in {"x": (1, 2), "y": (3, 4)}.items():
    print(name, low, high, end="; ")
print([first + last for first, last in ["ab", "cd"]], {k: v for k, v in [(1, 2)]})
for box.one in range(3):
    pass
for items[0], table["last"] in [(1, 2), (3, 4)]:
    pass
print(box.one, items[0], table["last"])
first, second = iter([1, 2])
keys, = {"only": 1}
lines, = [n for n in range(1)],
print(first, second, keys, lines)
() = []
[] = ()
_, _, last = range(3)
print(_, last)
