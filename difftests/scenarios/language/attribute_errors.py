"""AttributeError messages of instances, classes and builtin values, and getattr, setattr and hasattr."""


class A:
    shared = 1

    def method(self):
        return "called"


class B(A):
    pass


a, b = A(), B()
calls = [
    lambda: a.missing, lambda: b.missing, lambda: A.missing, lambda: B.missing, lambda: a.nope,
    lambda: (1).missing, lambda: "s".missing, lambda: [].push(1), lambda: {}.has, lambda: (1,).append(2),
    lambda: None.x,
    lambda: {1}.append(1), lambda: (1.5).x, lambda: True.x, lambda: range(3).x, lambda: len.x, lambda: {}.key,
    lambda: getattr(a, "dynamic"), lambda: getattr("text", "dyn"), lambda: a.x.y.z, lambda: ValueError().x,
]
for call in calls:
    try:
        print(call())
    except AttributeError as error:
        print(error)
print(getattr(a, "shared"), getattr(a, "x", "default"), getattr(a, "x", None), getattr(a, "method")(),
      getattr(A, "shared"))
setattr(a, "x", 5)
setattr(A, "y", "on the class")
setattr(b, "shared", "own")
print(a.x, a.y, b.y, b.shared, hasattr(a, "x"), hasattr(b, "x"), hasattr(A, "method"), hasattr(1, "real"),
      hasattr("", "split"))
setattr(a, "odd name", 1)
print(getattr(a, "odd name"))
try:
    a.x.y = 1
except AttributeError as error:
    print("AttributeError")
for call in [lambda: setattr(1, "x", 2), lambda: setattr(None, "x", 1), lambda: setattr([], "append", 1)]:
    try:
        call()
    except AttributeError:
        print("AttributeError")
for call in [lambda: getattr(a, 5), lambda: hasattr(a), lambda: setattr(a, "x"), lambda: setattr(a, 1, 2)]:
    try:
        call()
    except TypeError:
        print("TypeError")
try:
    del b.missing
except AttributeError as error:
    print("AttributeError")
try:
    raise AttributeError("own message", 2)
except AttributeError as error:
    print(error.args, error)
