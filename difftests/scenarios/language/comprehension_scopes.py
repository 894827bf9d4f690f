"""A comprehension is a part of the function that it stands in: super(), __class__ and the names of inner functions."""


class Base:
    def greet(self, name):
        return f"Base greets {name}"

    def __repr__(self):
        return "Base()"


class Derived(Base):
    names = ["a", "b"]
    copies = [name + "!" for name in names]
    makers = [lambda: 0 for _ in names]

    def greet(self, name):
        return "never"

    def all(self):
        return [super().greet(name) for name in self.names]

    def nested(self):
        return {n: [super().greet(m) for m in [n]] for n in self.names}

    def classes(self):
        return {__class__.__name__ for _ in self.names}

    def in_a_closure(self):
        def inner():
            return [self.names for _ in "x"]

        return [super().greet(n) for n in "z"], inner()

    def in_an_expression(self):
        try:
            return list(super().greet(n) for n in "z")
        except TypeError as e:
            return type(e).__name__


derived = Derived()
print(derived.all())
print(derived.nested())
print(derived.classes())
print(derived.in_a_closure())
print(derived.in_an_expression())
print(Derived.copies, Derived.makers[0].__qualname__)


def outer():
    return [lambda: 0 for _ in "x"], [[lambda: 0 for _ in "x"] for _ in "x"], {1: lambda: 0 for _ in "x"}


one, two, three = outer()
print(one[0].__qualname__, two[0][0].__qualname__, three[1].__qualname__)
print([lambda: 0 for _ in "x"][0].__qualname__)
print((lambda: [lambda: 0 for _ in "x"])()[0].__qualname__)
