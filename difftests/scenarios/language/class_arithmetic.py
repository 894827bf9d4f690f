"""Operator methods of user classes: forward, reflected, in place, unary, and subclasses first."""


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"{type(self).__name__}({self.x}, {self.y})"

    def __add__(self, other):
        if isinstance(other, Vector):
            return Vector(self.x + other.x, self.y + other.y)
        return NotImplemented

    def __radd__(self, other):
        return ("radd", other)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __rmul__(self, factor):
        return self * factor

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __pos__(self):
        return "plus"

    def __invert__(self):
        return "inverted"

    def __abs__(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

    def __iadd__(self, other):
        self.x += other.x
        return self


class Special(Vector):
    def __radd__(self, other):
        return ("special first", other)


class All:
    def __truediv__(self, o): return "/"
    def __floordiv__(self, o): return "//"
    def __mod__(self, o): return "%"
    def __pow__(self, o): return "**"
    def __and__(self, o): return "&"
    def __or__(self, o): return "|"
    def __xor__(self, o): return "^"
    def __lshift__(self, o): return "<<"
    def __rshift__(self, o): return ">>"
    def __rtruediv__(self, o): return "r/"
    def __rsub__(self, o): return "r-"
    def __rmod__(self, o): return "r%"
    def __ror__(self, o): return "r|"
    def __rpow__(self, o): return "r**"


v, w, z = Vector(1, 2), Vector(3, 4), All()
print(v + w, v - w, v * 3, 3 * v, -v, +v, ~v, abs(w), 5 + v, [1] + v, v + Special(1, 1), Special(1, 1) + v)
print(z / 1, z // 1, z % 1, z ** 1, z & 1, z | 1, z ^ 1, z << 1, z >> 1, 1 / z, 1 - z, 2 % z, [] | z, 2 ** z)
alias = v
v += w
print(v, alias is v, sum([Vector(1, 1)]), sum([w, w], Vector(0, 0)))
alias *= 2
print(alias, v)
for call in [lambda: v + 1, lambda: v / 2, lambda: 1 // z, lambda: z - 1, lambda: -z]:
    try:
        print(call())
    except TypeError as error:
        print("TypeError:", error)
