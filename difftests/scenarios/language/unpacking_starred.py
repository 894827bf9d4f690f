"""Starred targets collect the rest into a list, wherever they stand; starred displays and arguments."""
first, *rest = [1, 2, 3]
*start, last = "abc"
head, *middle, tail = range(5)
one, *none = (1,)
print(first, rest, start, last, head, middle, tail, one, none)
*everything, = (1, 2)
[*chars] = "xy"
print(everything, chars)
a, (b, *c), *d = 1, (2, 3, 4), 5, 6
(*e, f), g = [[1, 2, 3], 4]
print(a, b, c, d, e, f, g)
for key, *values in [(1, 2, 3), "ab", [9]]:
    print(key, values, end="; ")
print()
items = [0, 0]
items[0], *items[1:] = 7, 8, 9
print(items)
_, *items, _ = items
print(items)
print([*range(3), *"ab", *(), 9], (*[1], *{2: "v"}), {*[1, 2], *(2, 3)} == {1, 2, 3}, [*{"k": 1}], *[1, 2],
      *"z")
single = *[1, 2],
print(single, [*[*[1]]], [*(n for n in range(3))], [*map(str, range(2))])


def generate():
    for number in range(4):
        print("made", number, end=" ")
        yield number


x, *y = generate()
print(x, y)


class Countdown:
    def __iter__(self):
        return iter([3, 2, 1])


*most, least = Countdown()
print(most, least, [*Countdown()], max(*Countdown()))
h = [*(i := [1]), 2]
print(h, i)
