"""isinstance and issubclass with classes, tuples and builtins, the type of things, and their TypeErrors."""


class A:
    pass


class B(A):
    pass


class MyError(ValueError):
    pass


a, b = A(), B()
print(isinstance(a, A), isinstance(b, A), isinstance(a, B), isinstance(b, (int, A)), isinstance(b, ()),
      isinstance(b, object))
print(isinstance(1, int), isinstance(1, float), isinstance(True, int), isinstance(1.0, (int, float)),
      isinstance("", str))
print(isinstance([], list), isinstance((), tuple), isinstance({}, dict), isinstance(set(), set),
      isinstance(None, type(None)))
print(isinstance(MyError(), Exception), isinstance(KeyError(), LookupError), isinstance(A, type),
      isinstance(int, type))
print(isinstance(a, (str, (int, (A,)))), issubclass(B, (str, A)), issubclass(bool, int),
      issubclass(MyError, ArithmeticError))
print(issubclass(A, A), issubclass(A, B), issubclass(A, object), issubclass(type, object),
      issubclass(int, (float, bool)))
print(type(a) is A, type(b) is A, type(b) == B, type(1) is int, type(True) is int, type(type(a)) is type,
      type(a) != type(b))
print(type(b).__name__, b.__class__.__name__, B.__name__, type(1).__name__, type(None).__name__,
      type(A).__name__)
print(type(print is print).__name__, type([].append).__name__, type(range(2)).__name__)
print(type(x for x in []).__name__, type(iter([])).__name__, type({}.items()).__name__,
      type(ValueError).__name__)
for call in [lambda: isinstance(1, 5), lambda: isinstance(1, "int"), lambda: issubclass(1, int),
             lambda: issubclass(A, 1),
             lambda: isinstance(1, [int]), lambda: isinstance(1), lambda: issubclass(A)]:
    try:
        print(call())
    except TypeError:
        print("TypeError")
print([type(v).__name__ for v in [1, 1.5, "s", [], (), {}, set(), frozenset(), None, True, range(1), len, A,
                                  a, lambda: 0]])
print([isinstance(v, (int, str)) for v in [1, "s", 1.5, True, None]], type(b)() is not b, type("x")(5) + "!",
      type([])((1, 2)))
