"""except* inside except*, inside loops and functions, mixed with except; names are unbound afterwards."""
for n in range(3):
    try:
        if n == 0:
            raise ExceptionGroup("loop", [ValueError(n)])
        elif n == 1:
            raise KeyError(n)
        print("no error", n)
    except* ValueError as group:
        print("values", group.exceptions)
    except* KeyError as group:
        print("keys", group.exceptions)
    else:
        print("else", n)
    finally:
        print("finally", n)
try:
    raise ExceptionGroup("a", [ValueError(1), TypeError(2)])
except* ValueError as outer:
    try:
        raise ExceptionGroup("b", [KeyError(3), OSError(4)])
    except* KeyError as inner:
        print(repr(outer), repr(inner), repr(inner.__context__))
    except* OSError:
        print("os")
    print("still handling", outer.exceptions)
except* TypeError:
    try:
        raise LookupError("plain inside")
    except LookupError as error:
        print(repr(error), repr(error.__context__))
try:
    outer
except NameError as error:
    print("NameError:", error)


def handle(error):
    seen = []
    try:
        try:
            raise error
        except* OSError as group:
            seen.append(("os", len(group.exceptions)))
    except* ValueError as group:
        seen.append(("value", len(group.exceptions)))
    except* LookupError as group:
        for nested in group.exceptions:
            try:
                raise nested
            except KeyError:
                seen.append("key")
            except ExceptionGroup as deeper:
                seen.append(repr(deeper))
    return seen


print(handle(ExceptionGroup("x", [OSError(1), OSError(2), ValueError(3)])))
print(handle(ExceptionGroup("x", [KeyError(1), ExceptionGroup("y", [IndexError(2), OSError(3)])])),
      handle(OSError(5)))
for wanted in [ExceptionGroup, (ValueError, BaseExceptionGroup), 5]:
    try:
        try:
            raise ExceptionGroup("g", [ValueError(1)])
        except* wanted:
            print("never")
    except TypeError as error:
        print("TypeError")


class Mine(ValueError):
    pass


try:
    raise ExceptionGroup("g", [Mine("m"), ValueError("v")])
except* Mine as group:
    print("mine", repr(group))
except* ValueError as group:
    print("rest", repr(group))
