"""abs, len, id, callable, identity with is, and type names of builtins."""
print(abs(-5), abs(5), abs(-2.5), abs(-0.0), abs(True), abs(float("-inf")), abs(-9223372036854775807))
print(len(""), len("日本"), len([1, [2, 3]]), len(()), len({"a": 1}), len({1, 1}), len(range(7)),
      len({}.items()))
a = [1]
b = a
c = [1]
print(id(a) == id(b), id(a) == id(c), a is b, a is c, a is not c, id(None) == id(None), type(id(a)).__name__)
print(callable(len), callable(int), callable(lambda: 0), callable(5), callable("x"), callable(None),
      callable([].append), callable(print))


class Plain:
    pass


class Called:
    def __call__(self):
        return "called"


class Absolute:
    def __abs__(self):
        return "absolute"

    def __len__(self):
        return 7


def function():
    pass


async def coroutine_function():
    pass


def generator_function():
    yield


print(callable(Plain), callable(Plain()), callable(Called()), callable(function), callable(Called().__call__),
      Called()())
print(callable(coroutine_function), callable(generator_function), callable(generator_function()),
      callable(Plain().__init__))
print(abs(Absolute()), len(Absolute()),
      [type(f).__name__ for f in (len, print, function, Plain, int, Called().__call__)])
for call in [lambda: abs("x"), lambda: abs(None), lambda: len(5), lambda: len(None), lambda: len(function),
             lambda: abs([])]:
    try:
        call()
    except TypeError as error:
        print("TypeError:", error)
one, other = Plain(), Plain()
table = {id(one): "one", id(other): "other"}
print(table[id(one)], table[id(other)], len(table), one is one, one is other, one == other)
print(None is None, True is not False, (1 == 1) is True, type(one) is Plain, [] is not [], () == ())
print(type(Plain).__name__, type(one).__name__, type(None).__name__, type(type).__name__,
      type(function()).__name__)
