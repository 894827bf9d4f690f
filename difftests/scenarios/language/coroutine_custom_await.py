"""__await__ as a generator, as a plain iterator, delegating to a coroutine or a future-like, and bad ones."""


class Generator:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        for i in range(self.n):
            got = yield i
            print("got", got, end=" ")
        return "generator done"


class Iterator:
    def __init__(self):
        self.left = 2

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self.left == 0:
            raise StopIteration("iterator done")
        self.left -= 1
        return f"left {self.left}"


class Delegating:
    def __await__(self):
        first = yield from Generator(1).__await__()
        second = yield from helper().__await__()
        return first, second


class Immediate:
    def __await__(self):
        return "not evaluated"
        yield


class Listed:
    def __await__(self):
        return iter(["a", "b"])


class Bad:
    def __await__(self):
        return 5


class Raises:
    def __await__(self):
        raise LookupError("in __await__")


async def helper():
    return await Generator(2)


async def wrap(awaitable):
    try:
        return await awaitable
    finally:
        print("|", end=" ")


def run(coro):
    yielded = []
    try:
        while True:
            yielded.append(coro.send(None))
    except StopIteration as stop:
        return yielded, stop.value


for awaitable in [Generator(0), Generator(2), Iterator(), Delegating(), Immediate(), Listed(), helper()]:
    print(run(wrap(awaitable)))
for awaitable in [Bad(), 5, None, "text", [1], lambda: 0, Generator, (n for n in "g")]:
    try:
        run(wrap(awaitable))
    except TypeError:
        print("TypeError")
try:
    run(wrap(Raises()))
except LookupError as error:
    print("LookupError:", error)
print(list(helper().__await__()), hasattr(Generator(1), "__await__"), hasattr(5, "__await__"))
