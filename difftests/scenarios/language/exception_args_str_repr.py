"""args, str and repr of exceptions with none, one and several arguments; KeyError's str is a repr."""
for cls in [Exception, ValueError, KeyError, RuntimeError, BaseException, LookupError, StopIteration]:
    for args in [(), ("text",), ("it's",), (1,), (None,), ("",), ("a", 2), ((1, 2),), (["x"],)]:
        error = cls(*args)
        print(repr(error), "|", str(error), "|", error.args)
error = ValueError("original")
error.args = ("changed", 1)
print(error, repr(error), error.args)
print(f"{error} {error!r} {KeyError('k')} {KeyError('k')!s} {[ValueError('in a list')]}")
nested = ValueError(KeyError("inner"))
print(nested, repr(nested), nested.args[0].args)
for make in [lambda: ValueError(x=1), lambda: Exception("a", key=2)]:
    try:
        make()
    except TypeError:
        print("TypeError")
try:
    {"a": 1}["it's missing"]
except KeyError as error:
    print(error, repr(error), error.args[0])
try:
    {}[(1, "x")]
except KeyError as error:
    print(error, repr(error), error.args)
print(ValueError("a", "b").args[1], len(ValueError().args), bool(ValueError()),
      ValueError("x") != ValueError("x"))
print(OSError("one"), OSError("one").args, repr(OSError()), TimeoutError("late"), SystemExit(3),
      repr(SystemExit()))
