"""When the context is set: nested handlers, calls, generators, cut cycles, errors raised again."""


def raise_it(error):
    raise error


def show(error):
    print(repr(error), "context", repr(error.__context__))


try:
    try:
        raise ValueError("first")
    except ValueError:
        try:
            raise KeyError("second")
        except KeyError as error:
            show(error)
        raise_it(TypeError("third"))
except TypeError as error:
    show(error)
try:
    try:
        raise ValueError("same")
    except ValueError as error:
        same = error
        raise error
except ValueError as error:
    show(error)
    print(error is same)
old = ValueError("old")
try:
    try:
        raise old
    except ValueError:
        try:
            raise KeyError("middle")
        except KeyError:
            raise old
except ValueError as error:
    show(error)
    print(error.__context__.__context__)


def generator():
    try:
        yield 1
    except ValueError:
        yield "handling"
        raise KeyError("from generator")


made = generator()
next(made)
made.throw(ValueError("thrown"))
try:
    raise LookupError("around")
except LookupError:
    try:
        next(made)
    except KeyError as error:
        show(error)
        show(error.__context__)
try:
    raise ValueError("handled")
except ValueError:
    pass
try:
    raise_it(OSError("clean"))
except OSError as error:
    show(error)
    try:
        raise RuntimeError("in handler") from error
    except RuntimeError as second:
        show(second)
        print(second.__cause__ is second.__context__)


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        raise KeyError("exit")


try:
    with Manager():
        raise ValueError("body")
except KeyError as error:
    show(error)
