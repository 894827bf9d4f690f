"""The = of f-strings: source text kept with its spaces, repr by default, str with a spec or a conversion."""
x, name, items = 10, "Ann", [1, "b"]
print(f"{x=} {name=} {items=}")
print(f"{x = } {x= } {x =} { x = }")
print(f"{x + 1=} {name.upper()=} {items[1]=} {len(items) = }")
print(f"{name=!s} {name=!r} {name=:>6} {x=:04d} {x=:>{x}} {name = !s:*^7}")
print(f"{3.0=} {x*2.5=:.2f} {'text'=} {None=} {(1, 2)=}")
print(f"before {x=}, {name=} after", f"{x=}" "tail")
print(f"{x == 10} {x == 10 = } {x >= 3=}")
print(f"{f'{x=}'=}")
print(f"{(lambda n: n + 1)(x)=} {[n for n in range(2)]=} {x if x else 0=}")


def total(*numbers, start=0):
    return sum(numbers, start)


print(f"{total(1, 2, start=3)=}")


class Point:
    def __init__(self):
        self.x = 1

    def __repr__(self):
        return "Point()"

    def __str__(self):
        return "a point"


point = Point()
print(f"{point=} {point=!s} {point.x=} {point}")
