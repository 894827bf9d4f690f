"""Default values are evaluated once, when the def runs, in the scope of the def."""


def collect(item, items=[]):
    items.append(item)
    return items


print(collect(1), collect(2), collect(3, []), collect(4) is collect(5))
value = "first"


def frozen(argument=value):
    return argument, value


value = "second"
print(frozen(), frozen("given"), frozen(argument=None))


def say(text):
    print("default", text)
    return text


def late(a, b=say("b"), c=say("c"), *, d=say("d"), e):
    return a, b, c, d, e


print(late(1, e=2), late(1, 2, 3, d=4, e=5), late(c="C", a="A", e="E"))


def make(n):
    def inner(n=n, m=n * 2):
        n += 1
        return n, m

    return inner


one, ten = make(1), make(10)
print(one(), one(), ten(), ten(5), one(m=0))
functions = []
for number in range(3):
    def function(number=number):
        return number

    functions.append(function)
print([function() for function in functions], [f(9) for f in functions])
print((lambda x, y=2, *z, k=3: (x, y, z, k))(1), (lambda n=[0]: n)())


def sentinel(argument=None):
    if argument is None:
        argument = []
    argument.append(len(argument))
    return argument


print(sentinel(), sentinel(), sentinel([7]))
