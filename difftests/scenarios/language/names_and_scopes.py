"""Names in function, enclosing, module and builtin scope; a class body encloses nothing."""
x = "module"


def reader():
    return x


def local():
    x = "local"
    return x, reader()


def nested():
    x = "enclosing"

    def inner():
        return x

    def rebinding():
        x = "inner"
        return x

    return inner(), rebinding(), x


print(reader(), local(), nested())


class Scope:
    x = "class"
    y = x + " body"
    listed = [n for n in x]

    def method(self):
        return x, self.x

    z = [y, reader()]


print(Scope().method(), Scope.y, Scope.z, Scope.listed)
x = "rebound"
print(reader(), Scope().method())


def shadows(list, len=5):
    str = "local str"
    return list, len, str


print(shadows(1), len([1]), str(2), list("a"))
max = min
print(max(1, 2))
del max
print(max(1, 2))


def later():
    return defined_later


try:
    later()
except NameError as error:
    print("NameError:", error)
defined_later = "now"
print(later())
for loop_variable in range(3):
    inside_loop = loop_variable
if True:
    inside_if = "visible"
print(loop_variable, inside_loop, inside_if, [x for x in "ab"], x)
