"""except*: each clause takes its part, in order; what is left goes on; else and finally as always."""


def attempt(label, error):
    print(label, end=": ")
    try:
        try:
            if error is not None:
                raise error
            print("body", end=" ")
        except* ValueError as group:
            print("[values", repr(group), "]", end=" ")
        except* (KeyError, IndexError) as group:
            print("[lookups", repr(group), "]", end=" ")
        except* Exception as group:
            print("[others", repr(group), "]", end=" ")
        else:
            print("else", end=" ")
        finally:
            print("finally", end=" ")
    except BaseException as left:
        print("left", repr(left), end="")
    print()


attempt("nothing", None)
attempt("one kind", ExceptionGroup("g", [ValueError(1), ValueError(2)]))
attempt("mixed", ExceptionGroup("g", [ValueError(1), KeyError(2), OSError(3), IndexError(4)]))
first = ExceptionGroup("a", [ValueError(1), KeyError(2)])
attempt("nested", ExceptionGroup("g", [first, ExceptionGroup("b", [OSError(3)])]))
attempt("naked", ValueError("naked"))
attempt("naked other", OSError("naked"))
attempt("naked base", KeyboardInterrupt("goes on"))
attempt("base group", BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError(1)]))
attempt("group of one", ExceptionGroup("g", [ExceptionGroup("h", [IndexError("deep")])]))


def inner():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
    except* TypeError as group:
        print("inner", repr(group))


try:
    inner()
except* OSError as group:
    print("outer", repr(group))
except* ValueError as group:
    print("outer", repr(group), repr(group.__context__))
try:
    group
except NameError as error:
    print("NameError:", error)
