"""StopIteration: value, raised by next, passing functions, a RuntimeError out of generators."""
print(StopIteration().value, StopIteration(5).value, StopIteration(1, 2).value, StopIteration(1, 2).args)
stop = StopIteration("x")
print(repr(stop), str(stop), stop.value)
try:
    next(iter([]))
except StopIteration as error:
    print(repr(error), error.value, error.args)


def returns(value):
    return value
    yield


def leaks():
    yield 1
    next(iter([]))
    yield "never"


def raises():
    yield 1
    raise StopIteration("by hand")


def async_stop():
    yield 1
    raise StopAsyncIteration("other kind")


for value in [None, 1, (1, 2), "text", [3]]:
    try:
        next(returns(value))
    except StopIteration as error:
        print(error.value, error.args)
for function in [leaks, raises, async_stop]:
    try:
        for item in function():
            print("item", item)
    except RuntimeError as error:
        print("RuntimeError:", error, "cause", repr(error.__cause__), error.__cause__ is error.__context__)
    except StopAsyncIteration as error:
        print("StopAsyncIteration:", error)


def plain():
    raise StopIteration("not a generator")


try:
    plain()
except StopIteration as error:
    print("passes:", error.value)
print(list(map(lambda n: n if n < 3 else next(iter([])), range(10))))
try:
    list(next(iter([])) for _ in range(2))
except RuntimeError as error:
    print("RuntimeError:", error)
try:
    [next(iter([])) for _ in range(2)]
except StopIteration as error:
    print("a list comprehension lets it pass", error.args)


def catches():
    try:
        yield next(iter([]))
    except StopIteration:
        yield "caught inside"


print(list(catches()))
