"""Operands, arguments, displays, slices, comparisons and assignments are evaluated from left to right."""


def e(value):
    print(value, end=" ")
    return value


class Box:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("store", end=" ")


print(e(1) + e(2) * e(3) - e(4))
print(e(2) ** e(3) ** e(1))
print([e(1), e(2)], (e(3), e(4)), {e("k"): e("v"), e("l"): e("w")}, {e(5)})


def show(*args, **kwargs):
    return args, kwargs


print(show(e(1), *e([2, 3]), e(4), x=e(5), **e({"y": 6}), z=e(7)))
print(Box()[e(1):e(2):e(3)] is not None, e("abc")[e(1)], e([1, 2, 3])[e(0):e(2)])
print(e(1) < e(2) < e(3), e(3) < e(2) < e(1))
print(e("then") if e(1) else e("else"), e("then") if e(0) else e("else"))
print(e(0) or e("") or e("last") or e("never"), e(1) and e(0) and e("never"), not e(0))
box = Box()
box[e("target 1")] = box[e("target 2")] = e("value")
print()
box[e("a")], box[e("b")] = e("x"), e("y")
print()
print(f"{e(1)} {e(2):{e(5)}} {e('r')!r}")
print([e(n) for n in (e(1), 2) if e(n > 0)], {e(k): e(v) for k, v in [(1, 2)]})
print((lambda a=e("default"), *, b=e("keyword"): (a, b))())
assert e(1), e("message not evaluated")
print(e("ab").replace(e("a"), e("c")))
