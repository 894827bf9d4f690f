"""Generators: lazy start, state between nexts, exhaustion, return, loops over them, and infinite ones."""


def count(stop):
    print("start", end=" ")
    n = 0
    while n < stop:
        yield n
        n += 1
    print("end", end=" ")


made = count(2)
print("made", type(made).__name__, iter(made) is made)
print(next(made), next(made), next(made, "spent"), next(made, "spent again"), list(made))
print(list(count(3)), sum(count(3)), [n for n in count(1)], tuple(count(0)))


def several():
    yield
    yield 1, 2
    x = yield "expression"
    print("x is", x, end=" ")
    yield [(yield "nested"), x]
    if x:
        return
    yield "last"


print(list(several()))


def naturals():
    n = 0
    while True:
        yield n
        n += 1


def take(n, source):
    for item in source:
        if n <= 0:
            return
        n -= 1
        yield item


print(list(take(4, naturals())), [n for n in take(3, (m * m for m in naturals()))])


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


for number in fibonacci():
    if number > 30:
        break
    print(number, end=" ")
print()
one, two = count(2), count(2)
print(next(one), next(two), next(one), list(two))


def never():
    if False:
        yield


print(list(never()), next(never(), "empty"), max(take(5, naturals())), dict(zip("abc", naturals())))


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


print(list(tree(3)), 2 in naturals(), list(enumerate(take(2, naturals()), start=5)))
a, b, *c = take(4, naturals())
print(a, b, c, *take(2, naturals()))
