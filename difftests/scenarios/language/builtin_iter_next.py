"""iter with a sentinel, next with a default, iterators of every builtin, and exhaustion that lasts."""
it = iter([1, 2])
print(next(it), next(it), next(it, "default"), next(it, None), iter(it) is it)
try:
    next(it)
except StopIteration as stop:
    print(repr(stop))
values = [3, 1, 0, 5]
print(list(iter(values.pop, 0)), values)
countdown = iter(lambda state=[4]: state.append(state.pop() - 1) or state[0], 0)
print(next(countdown), list(countdown), list(countdown), next(countdown, "end"))
print([type(iter(v)).__name__ for v in [[], (), {}, range(1), {1}, (n for n in "")]])
growing = [1]
it = iter(growing)
growing.append(2)
print(list(it))
growing.append(3)
print(list(it), next(it, "an exhausted list iterator stays exhausted"))
letters = iter("abc")
for letter in letters:
    print(letter, next(letters, "none"), end="; ")
print()
print(2 in iter([1, 2, 3]), list(zip(*[iter("abcdef")] * 2)), dict(iter([("k", "v")])), max(iter([1, 5])),
      [*iter((1,))])
for source in [5, None, 1.5, len, object()]:
    try:
        iter(source)
    except TypeError:
        print("TypeError", end=" ")
print()
for call in [lambda: next(5), lambda: next([1]), lambda: next(), lambda: iter(), lambda: iter(5, 1),
             lambda: next("a", 1)]:
    try:
        call()
    except TypeError:
        print("TypeError", end=" ")
print()


def failing():
    raise ValueError("in the function")


try:
    next(iter(failing, None))
except ValueError as error:
    print("ValueError:", error)


class Stops:
    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.calls == 3:
            raise StopIteration
        return self.calls


print(list(iter(Stops(), None)), list(iter(Stops(), 2)), iter(Stops(), 1) is not None)
