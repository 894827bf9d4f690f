"""__call__, __getattr__, __setattr__ and __delattr__, and the order in which attributes are looked up."""


class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, *args, **kwargs):
        return self.n + sum(args), kwargs


class Proxy:
    kind = "class attribute"

    def __init__(self):
        self.real = "instance attribute"

    def method(self):
        return "method"

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(f"refused {name}")
        return f"made {name}"


class Recorder:
    def __setattr__(self, name, value):
        print("set", name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)


add = Adder(10)
print(add(), add(1, 2), add(*[5], key="v"), callable(add), callable(Adder), callable(Proxy()),
      list(map(Adder(1), [1])))
proxy = Proxy()
print(proxy.real, proxy.kind, proxy.method(), proxy.anything, getattr(proxy, "dynamic"),
      getattr(proxy, "no", "default"))
print(hasattr(proxy, "x"), hasattr(proxy, "nothing"), hasattr(Proxy, "x"))
proxy.anything = "stored"
print(proxy.anything)
del proxy.anything
print(proxy.anything)
try:
    proxy.nope
except AttributeError as error:
    print("AttributeError:", error)
recorder = Recorder()
recorder.a = 1
recorder.a += 5
del recorder.a
print(hasattr(recorder, "a"))


class Shadow:
    @property
    def fixed(self):
        return "property wins"

    def method(self):
        return "class method"


shadow = Shadow()
shadow.method = lambda: "instance attribute wins"
print(shadow.fixed, shadow.method(), Shadow().method())
shadow.__call__ = lambda: "not used"
try:
    shadow()
except TypeError as error:
    print("TypeError:", error)
print(Adder.__call__(add, 5), proxy.__class__.__name__, add.__call__(7))
