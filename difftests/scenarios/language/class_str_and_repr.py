"""__repr__ and __str__: which one is used where, fallbacks, inheritance, and results that are no strings."""


class Both:
    def __repr__(self):
        return "repr!"

    def __str__(self):
        return "str!"


class OnlyRepr:
    def __repr__(self):
        return "only repr"


class OnlyStr:
    def __str__(self):
        return "only str"


class Child(Both):
    def __str__(self):
        return "child of " + super().__str__()


for item in [Both(), OnlyRepr(), Child()]:
    print(item, str(item), repr(item), f"{item} {item!r} {item!s}", [item], {"k": item}, (item,))
print(OnlyStr(), str(OnlyStr()), f"{OnlyStr()}", "<" in repr(OnlyStr()))
print("a " + str(Both()), ", ".join(str(x) for x in [1, Both(), None]), [str(Child())], repr(str(Both())))


class Wrong:
    def __repr__(self):
        return 5

    def __str__(self):
        return None


for call in [lambda: repr(Wrong()), lambda: str(Wrong()), lambda: f"{Wrong()}", lambda: str([Wrong()])]:
    try:
        call()
    except TypeError as error:
        print("TypeError")


class Raises:
    def __repr__(self):
        raise ValueError("no repr")


try:
    print("before", [1, Raises()])
except ValueError as error:
    print("ValueError:", error)
print(Both, [Both, int], type(Both()), Both.__name__, str(Child), f"{OnlyStr}", repr(type), type(type),
      object)
print(type(None), type(1.0), type("").__name__, type([]), type({}), type(()), type({1}), type(range(1)),
      type(True))
print(ValueError, KeyError, Exception, type(ValueError()), type(print).__name__, type(lambda: 0).__name__)
