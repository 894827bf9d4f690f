"""Raising inside except*: new errors and the unhandled rest are put in one group; bare raise merges back."""


def attempt(label, action):
    try:
        action()
        print(label, "-> nothing")
    except BaseException as error:
        print(label, "->", repr(error), "| context", repr(error.__context__), "| cause",
              repr(error.__cause__))


def make():
    return ExceptionGroup("g", [ValueError(1), KeyError(2), OSError(3)])


def raise_new():
    try:
        raise make()
    except* ValueError:
        raise TypeError("new")


def raise_two():
    try:
        raise make()
    except* ValueError:
        raise TypeError("first")
    except* (KeyError, OSError) as group:
        raise LookupError("second") from group


def bare():
    try:
        raise make()
    except* ValueError:
        raise


def bare_two():
    try:
        raise make()
    except* ValueError:
        raise
    except* OSError:
        raise


def raise_caught():
    try:
        raise make()
    except* ValueError as group:
        raise group


def mixed():
    try:
        raise make()
    except* ValueError:
        raise
    except* KeyError:
        raise TypeError("new") from None


def all_bare():
    try:
        raise make()
    except* Exception:
        raise


def naked_bare():
    try:
        raise ValueError("naked")
    except* ValueError:
        raise


def naked_new():
    try:
        raise ValueError("naked")
    except* ValueError as group:
        raise KeyError("new")


def in_finally():
    try:
        raise make()
    except* KeyError:
        pass
    finally:
        raise RuntimeError("finally")


attempts = [raise_new, raise_two, bare, bare_two, raise_caught, mixed, all_bare, naked_bare, naked_new,
            in_finally]
for action in attempts:
    attempt(action.__name__, action)
try:
    raise_new()
except ExceptionGroup as error:
    print([(repr(part), repr(part.__context__)) for part in error.exceptions], repr(error.message))
