"""Decorators of functions, methods and classes: order, arguments, replacement by any value, and state."""


def loud(function):
    print("decorating", function.__name__)

    def wrapper(*args, **kwargs):
        print("calling", function.__name__, args, kwargs)
        return function(*args, **kwargs)

    return wrapper


def tag(name):
    print("tag", name)

    def decorate(function):
        print("apply", name)
        return lambda *args: f"<{name}>{function(*args)}</{name}>"

    return decorate


@loud
def add(a, b=1):
    return a + b


print(add(1), add(1, b=5))


@tag("outer")
@tag("inner")
def greet(name):
    return name


print(greet("Ann"))
registry = {}


def register(cls):
    registry[cls.__name__] = cls
    cls.registered = True
    return cls


@register
class Plugin:
    @loud
    def run(self, n):
        return n * 2

    def __repr__(self):
        return "a plugin"

    @staticmethod
    @tag("s")
    def static(n):
        return n


print(registry["Plugin"] is Plugin, Plugin.registered, Plugin().run(4), Plugin.static(2))


@lambda function: function()
def value():
    return "already called"


@[tag][0]("indexed")
def indexed():
    return 1


print(value, indexed())


def memo(function):
    cache = {}

    @loud
    def cached(n):
        if n not in cache:
            cache[n] = function(n)
        return cache[n]

    return cached


@memo
def square(n):
    print("computing", n)
    return n * n


print(square(3), square(3))
