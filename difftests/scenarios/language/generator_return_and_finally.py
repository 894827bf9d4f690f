"""return values, try/finally around yields, and generators left in the middle."""


def with_return(n):
    for i in range(n):
        yield i
    return f"sum {sum(range(n))}"


def collect(source):
    items = []
    while True:
        try:
            items.append(next(source))
        except StopIteration as stop:
            return items, stop.value


print(collect(with_return(3)), collect(with_return(0)), collect(iter([1])))


def steps(log):
    try:
        log.append("a")
        yield 1
        try:
            log.append("b")
            yield 2
        finally:
            log.append("inner")
            yield "from inner finally"
        log.append("c")
    finally:
        log.append("outer")


log = []
print(list(steps(log)), log)
log = []
made = steps(log)
print(next(made), next(made), made.throw(ValueError("v")), log)
try:
    next(made)
except ValueError as error:
    print(error, log)


def return_in_finally():
    try:
        yield 1
        raise ValueError("lost")
    finally:
        return "kept"


print(collect(return_in_finally()))


def return_from_try():
    try:
        yield "one"
        return "value"
    finally:
        yield "in finally"
        print("finished", end=" ")


print(collect(return_from_try()))


def loop_and_break():
    for n in range(5):
        try:
            if n == 1:
                continue
            if n == 3:
                break
            yield n
        finally:
            yield f"f{n}"
    else:
        yield "never"


def in_with():
    class Manager:
        def __enter__(self):
            print("enter", end=" ")
            return 5

        def __exit__(self, *details):
            print("exit", details[0] is None, end=" ")

    with Manager() as value:
        yield value
        yield value + 1


print(list(loop_and_break()), list(in_with()))
made = in_with()
next(made)
made.close()
print(made.close())
