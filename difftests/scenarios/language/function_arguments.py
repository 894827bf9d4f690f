"""Positional, keyword, keyword-only, *args and **kwargs parameters, and every way to pass them."""


def everything(a, b=2, *args, c, d=4, **kwargs):
    return a, b, args, c, d, kwargs


print(everything(1, c=3))
print(everything(1, 20, 30, 40, c=3, x=5, y=6))
print(everything(c=3, a=1), everything(b=0, c=1, a=2, z=3))
print(everything(*[1, 2, 3], **{"c": 4, "e": 5}), everything(1, *(), c=2, **{}))
print(everything(*"ab", *range(2), "tail", c=0, **{"k": 1}, **{"m": 2}), everything(*[1], c=1, *[2, 3]))


def only_keywords(*, key, other="o"):
    return key, other


def only_args(*args):
    return args


def only_kwargs(**kwargs):
    return kwargs


print(only_keywords(key=1), only_keywords(other=2, key=3), only_args(), only_args(1, *[2, 3], 4))
print(only_kwargs(), only_kwargs(b=1, a=2), list(only_kwargs(z=1, y=2, x=3)),
      only_kwargs(args=1, kwargs=2, self=3))


def forward(*args, **kwargs):
    return everything(*args, **kwargs)


print(forward(1, 2, 3, c="c", q="q"), type(only_args(1)).__name__)
options = {"key": "k"}


def mutate(**options):
    options["key"] = "changed"
    return options


print(mutate(**options), options)
source = [1, 2]


def keep(*args):
    return args


kept = keep(*source)
source.append(3)
print(kept, keep(*{"x": 1, "y": 2}), keep(*(n * n for n in range(3))), keep(*zip("ab", "cd")))


def no_return():
    pass


def bare_return():
    return


def several():
    return 1, *[2, 3]


print(no_return(), bare_return(), several(), (lambda: None)(), (lambda *a, **k: (a, k))(1, x=2))
