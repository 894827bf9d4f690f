"""Methods and attributes of builtin types in a class that is none of them."""


class Other:
    append = list.append
    args = BaseException.args
    show = Exception.__str__


def attempt(what, action):
    try:
        print(what, action())
    except (TypeError, AttributeError) as error:
        print(what, type(error).__name__)


other = Other()
attempt("bound:", lambda: getattr(other, "append"))
attempt("called:", lambda: other.append(1))
attempt("read:", lambda: other.args)
attempt("written:", lambda: setattr(other, "args", ()))
attempt("shown:", lambda: other.show())
attempt("with what it is for:", lambda: Other.show(ValueError("fits")))


class Taken:
    def __init__(self):
        self.value = 1


del Taken.__init__
print(hasattr(Taken(), "value"))


class Bound:
    def __get__(self, instance, owner):
        return lambda *args: print(owner.__name__, "with", len(args))


class ByDescriptor:
    __enter__ = Bound()
    __exit__ = Bound()


with ByDescriptor():
    print("inside")


class WithNumbers:
    __enter__ = 5
    __exit__ = 6


attempt("numbers:", lambda: WithNumbers().__enter__)
try:
    with WithNumbers():
        pass
except TypeError as error:
    print(error)


class Empty(set):
    def __init__(self):
        pass


empty = Empty()
empty.add(1)
print(len(empty), 1 in empty, set(empty))
