"""__eq__, __ne__, __lt__ and friends: reflection, NotImplemented, identity as the fallback."""


class Number:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"N{self.value}"

    def __eq__(self, other):
        print("eq", self, other, end="; ")
        return self.value == other.value if isinstance(other, Number) else NotImplemented

    def __lt__(self, other):
        print("lt", self, other, end="; ")
        return self.value < other.value if isinstance(other, Number) else NotImplemented

    def __le__(self, other):
        print("le", self, other, end="; ")
        return self.value <= other.value if isinstance(other, Number) else NotImplemented


class Sub(Number):
    def __gt__(self, other):
        print("sub gt", self, other, end="; ")
        return "from the subclass"

    def __eq__(self, other):
        print("sub eq", self, other, end="; ")
        return True


one, two = Number(1), Number(2)
print(one == two, one == Number(1), one != two, one != Number(1))
print(one < two, one > two, one <= two, one >= two)
print(one == 1, 1 == one, one != "x", None == one)
print(one < Sub(0), Sub(5) > one, one == Sub(3), Sub(3) == one, one != Sub(1))
for compare in [lambda: one < 5, lambda: 5 > one, lambda: "a" <= one, lambda: one > [1]]:
    try:
        compare()
    except TypeError as error:
        print("TypeError:", error)
print(one in [two, Number(1)], [one, two].index(Number(2)), [one, two] == [Number(1), Number(2)],
      (one,) == (two,))
print(max(one, two, Number(0)), min([two, one]))
print(one < two < Number(3))


class Plain:
    pass


p, q = Plain(), Plain()
print(p == q, p == p, p != q, p != p, p is not q, p in [q], p in [q, p])
try:
    p < q
except TypeError as error:
    print("TypeError:", error)


class Odd:
    def __eq__(self, other):
        return "truthy text"

    def __ne__(self, other):
        return []


print(Odd() == 1, Odd() != 1, 1 == Odd(), not Odd() == 1, 5 in [Odd()], [Odd()] == [3])
