"""Subclasses of ExceptionGroup: they split into ExceptionGroup unless derive says otherwise."""


class Plain(ExceptionGroup):
    pass


class Derived(ExceptionGroup):
    def derive(self, exceptions):
        print("derive", len(exceptions), end=" ")
        return Derived(self.message + "'", exceptions)


class Base(BaseExceptionGroup):
    def derive(self, exceptions):
        return Base("derived base", exceptions)


plain = Plain("p", [ValueError(1), KeyError(2)])
print(repr(plain), str(plain), isinstance(plain, ExceptionGroup))
print([repr(part) for part in plain.split(ValueError)], plain.split(Exception)[0] is plain)
print(repr(plain.derive([OSError()])))
derived = Derived("d",
                  [ValueError(1), Derived("n", [KeyError(2), ValueError(3)]), Plain("q", [ValueError(4)])])
match, rest = derived.split(ValueError)
print(repr(match), repr(rest))
print(repr(derived.subgroup(KeyError)))
base = Base("b", [KeyboardInterrupt(), ValueError(1)])
print([repr(part) for part in base.split(ValueError)], type(base).__name__, isinstance(base, Exception))
try:
    raise derived
except* KeyError as group:
    print("caught", repr(group))
except* ValueError as group:
    print("caught", repr(group))
try:
    Plain("x", [KeyboardInterrupt()])
except TypeError:
    print("TypeError: nested base exceptions need BaseExceptionGroup")


class Wrong(ExceptionGroup):
    def derive(self, exceptions):
        return "not a group"


try:
    Wrong("w", [ValueError(), KeyError()]).split(KeyError)
except TypeError:
    print("TypeError: derive must return a group")
