"""Assignment expressions in conditions, loops, comprehensions, arguments, and their scope."""
if (n := 10) > 5:
    print("big", n)
values = [1, 2, 3, 4]
while (item := values.pop()) > 2:
    print("popped", item)
print(item, values)
print((a := 1) + (b := a + 1), a, b, [c := 5, c * 2], (d := 1, 2), d)
print([last := x * 2 for x in range(4)], last)
print([y for x in range(6) if (y := x * x) % 2], y)
print({k: v for k in "ab" if (v := k.upper())}, v)
print(any((found := x) > 2 for x in [1, 2, 3, 4]), found)
total = 0
print([total := total + x for x in [1, 2, 3]], total)


def scoped():
    def inner():
        return [inside := n for n in range(3)], inside

    outer = [kept := n for n in range(2)]
    return inner(), outer, kept


print(scoped())


def closure():
    functions = [lambda: current for n in range(3) if (current := n) >= 0]
    return [function() for function in functions]


print(closure())


def positional(x, y=0):
    return x, y


print(positional(x := 3), x, positional((y := 4), y=y), y)
print(f"{(z := 7)} {z}", (lambda: (w := 5) + w)(), "q" if (q := 0) else q)
table = {}
if (entry := table.get("k")) is None:
    table["k"] = entry = "made"
print(entry, table)
print((e := (f := 2)), e, f, not (g := 0), g, (h := 1 if g else 2), h)
