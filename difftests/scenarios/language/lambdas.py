"""Lambda: parameters of every kind, defaults, nesting, immediate calls, use as key and as value."""
print((lambda: 1)(), (lambda x: x * 2)(3), (lambda x, y=2: x + y)(1), (lambda *a: a)(1, 2),
      (lambda **k: k)(a=1))
print((lambda x, *a, y, z=3, **k: (x, a, y, z, k))(1, 2, y=3, w=4), (lambda *, k: k)(k=5))
add = lambda x: lambda y: lambda z: x + y + z
print(add(1)(2)(3), add("a")("b")("c"))
table = {"double": lambda n: n * 2, "square": lambda n: n ** 2, "pair": lambda n: (n, n)}
print({name: function(3) for name, function in table.items()})
print(sorted(["bb", "a", "ccc"], key=lambda s: -len(s)), list(map(lambda a, b: a - b, [5, 6], [1, 2])))
print(list(filter(lambda n: n % 2, range(6))), max([(1, "z"), (2, "a")], key=lambda p: p[1]))
late = [lambda: n for n in range(3)]
early = [lambda n=n: n for n in range(3)]
print([f() for f in late], [f() for f in early], (lambda a, b=lambda: 7: a + b())(1))
factorial = lambda n: 1 if n < 2 else n * factorial(n - 1)
print(factorial(10), (lambda f, n: f(f, n))(lambda f, n: n if n < 2 else f(f, n - 1) + f(f, n - 2), 10))
print((lambda: (yield))().__class__.__name__, list((lambda: (yield 1))()), (lambda: [lambda: 5][0]())())
print(add.__name__, (lambda x: (x, [x], {x: x}))(1), (lambda x: x)((lambda: 2)()),
      (lambda: print("side", end=" "))())
compose = lambda f, *more: lambda value: compose(*more)(f(value)) if more else f(value)
print(compose(lambda n: n + 1, lambda n: n * 10, str)(4), compose(len)([1]))


class Box:
    scale = 3
    multiply = lambda self, n: self.scale * n


print(Box().multiply(4), (lambda self: self)(5), f"{(lambda n: n * 2)(4)}")
