"""An error passes through functions, loops, comprehensions, builtins and callbacks, running every finally."""
log = []


def level(n):
    log.append(f"in {n}")
    try:
        if n == 0:
            raise ValueError("bottom")
        return level(n - 1)
    finally:
        log.append(f"out {n}")


def handler(n):
    try:
        level(n)
    except KeyError:
        log.append("never")


try:
    handler(2)
except ValueError as error:
    print(error, log)


def fail(value):
    if value == 2:
        raise LookupError(f"at {value}")
    return value


class Failing:
    def __eq__(self, other):
        raise ArithmeticError("eq")

    def __hash__(self):
        raise ArithmeticError("hash")

    def __bool__(self):
        raise ArithmeticError("bool")

    def __lt__(self, other):
        raise ArithmeticError("lt")

    def __len__(self):
        raise ArithmeticError("len")

    def __iter__(self):
        raise ArithmeticError("iter")


bad = Failing()
calls = [
    lambda: [fail(n) for n in range(4)], lambda: list(map(fail, range(4))),
    lambda: sorted([1, 2, 3], key=fail),
    lambda: sum(fail(n) for n in range(4)), lambda: max([0, 2], key=fail), lambda: list(filter(fail, [1, 2])),
    lambda: {fail(n): n for n in range(4)}, lambda: any(fail(n) > 5 for n in range(4)), lambda: f"{fail(2)}",
    lambda: print(1, fail(2)), lambda: [0, fail(2)], lambda: fail(1) + fail(2),
    lambda: (lambda x=1: fail(x + 1))(),
]
for call in calls:
    try:
        print(call())
    except LookupError as error:
        print("LookupError", error, end="; ")
print()
for call in [lambda: bad == 1, lambda: {bad: 1}, lambda: not bad, lambda: bad and 1,
             lambda: sorted([bad, bad]),
             lambda: len(bad), lambda: list(bad), lambda: [*bad], lambda: 1 in [bad], lambda: {bad},
             lambda: bad < 1,
             lambda: 1 if bad else 2, lambda: [1].index(bad), lambda: [bad].count(3), lambda: any([bad])]:
    try:
        print(call())
    except ArithmeticError as error:
        print(error, end=" ")
print()
