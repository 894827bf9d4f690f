"""The lines that a traceback names: generators that have not begun, comprehensions, with, except*, a bare raise."""


def lines(exception):
    first, found = exception.__traceback__, []
    while first is not None:
        found.append(first.tb_lineno)
        first = first.tb_next
    return found


def decorator(function):
    return function


@decorator
@decorator
def generator(a,
              b=2):
    x = 1
    yield x


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        raise KeyError("exit")


def throw():
    generator(1).throw(KeyError("not begun"))


def comprehension():
    return [
        [1 / y
         for y in [x]]
        for x in [0]
    ]


def comprehension_again():
    try:
        return {x:
                1 / x for x in [0]}
    except ZeroDivisionError as e:
        raise e


def expression():
    return list(
        1 / x
        for x in [0])


def with_return():
    with Manager():
        print("leaving")
        return 1


def with_break():
    for _ in [1]:
        with Manager() as a, \
                a:
            print("leaving")
            break


def bare_raise():
    x = 1
    raise


def star():
    try:
        raise ValueError("naked")
    except* OSError:
        pass
    except* ValueError as group:
        print(lines(group.exceptions[0]))
        raise group.exceptions[0]


for function in (throw, comprehension, comprehension_again, expression, with_return, with_break, bare_raise, star):
    try:
        function()
    except Exception as e:
        print(function.__name__, repr(e), lines(e))
