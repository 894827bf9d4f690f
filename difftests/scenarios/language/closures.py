"""Closures capture variables, not values: late binding, shared cells, counters and nesting."""


def counter(start):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    def read():
        return count

    return step, read


step, read = counter(10)
other_step, other_read = counter(0)
print(step(), step(5), read(), other_step(), other_read(), read())


def late():
    return [lambda: i for i in range(3)], [lambda i=i: i for i in range(3)]


for functions in late():
    print([function() for function in functions])


def loop():
    made = []
    for n in range(3):
        made.append(lambda: n)
    n = "after the loop"
    return [function() for function in made]


print(loop())


def a():
    x = "a"

    def b():
        y = x + "b"

        def c():
            z = y + x + "c"
            return lambda: (x, y, z, outer)

        return c

    outer = "assigned later"
    return b()()()


print(a())


def accumulate():
    seen = []

    def add(item):
        seen.append(item)
        return seen

    return add


first, second = accumulate(), accumulate()
first(1)
second("x")
print(first(2), second("y"))


def argument_captured(value):
    def get():
        return value

    value = value * 2
    return get


print(argument_captured(21)(), [f() for f in [lambda n=n: n * n for n in range(4)]])
