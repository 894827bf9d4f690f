"""Recursive and mutually recursive functions, deep but below the limit, and RecursionError beyond it."""


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def hanoi(n, source, target, spare):
    if n == 0:
        return []
    return hanoi(n - 1, source, spare, target) + [source + target] + hanoi(n - 1, spare, target, source)


def permutations(items):
    if not items:
        return [[]]
    return [[item] + rest for item in items for rest in permutations([x for x in items if x != item])]


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def flatten(tree):
    for item in tree:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def endless(n):
    return endless(n + 1) + 1


print(factorial(20), fibonacci(15), is_even(100), is_odd(7), hanoi(3, "A", "C", "B"))
print(permutations([1, 2, 3]), depth(800), list(flatten([1, [2, [3, [], [4]]], [[5]]])))
for attempt in range(2):
    try:
        endless(0)
    except RecursionError as error:
        print(type(error).__name__, isinstance(error, RuntimeError))


class Loop:
    def __repr__(self):
        return repr(self)

    def __getattr__(self, name):
        return getattr(self, name + "x")


for call in [lambda: repr(Loop()), lambda: Loop().a]:
    try:
        call()
    except RecursionError as error:
        print(type(error).__name__)
print(depth(500))
