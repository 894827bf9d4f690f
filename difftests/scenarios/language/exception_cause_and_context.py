"""raise from, implicit context, from None, and the chain that __cause__ and __context__ make."""


def chain(error):
    names = []
    while error is not None:
        mark = "!" if error.__suppress_context__ else ""
        names.append(f"{error!r}{mark}")
        error = error.__cause__ or error.__context__
    return " <- ".join(names)


def attempt(action):
    try:
        action()
    except Exception as error:
        print(chain(error), "| cause", repr(error.__cause__), "| context", repr(error.__context__))


def plain():
    raise ValueError("plain")


def implicit():
    try:
        plain()
    except ValueError:
        raise KeyError("implicit")


def explicit():
    try:
        implicit()
    except KeyError as error:
        raise TypeError("explicit") from error


def from_other():
    try:
        plain()
    except ValueError:
        raise RuntimeError("other cause") from OSError("cause")


def from_none():
    try:
        implicit()
    except KeyError:
        raise LookupError("hidden") from None


def from_class():
    raise ValueError("v") from KeyError


def in_finally():
    try:
        plain()
    finally:
        raise IndexError("finally")


def in_else_of_handled():
    try:
        plain()
    except ValueError:
        pass
    raise KeyError("after: no context")


for action in [plain, implicit, explicit, from_other, from_none, from_class, in_finally, in_else_of_handled]:
    attempt(action)
try:
    raise ValueError("bad cause") from 5
except TypeError as error:
    print(error)
error = ValueError("by hand")
print(error.__cause__, error.__context__, error.__suppress_context__)
error.__cause__ = KeyError("set")
print(repr(error.__cause__), error.__suppress_context__)
error.__context__ = OSError("ctx")
error.__suppress_context__ = False
error.__cause__ = None
print(chain(error), error.__suppress_context__)
