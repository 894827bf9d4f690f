"""The iterator protocol by hand: __iter__, __next__, exhaustion, fresh iterators, __getitem__ alone."""


class Countdown:
    def __init__(self, start):
        self.current = start

    def __iter__(self):
        return self

    def __next__(self):
        print("next", end=" ")
        if self.current <= 0:
            raise StopIteration
        self.current -= 1
        return self.current + 1


class Range:
    def __init__(self, size):
        self.size = size

    def __iter__(self):
        return Countdown(self.size)


class OldStyle:
    def __getitem__(self, index):
        print("get", index, end=" ")
        if index == 3:
            raise IndexError
        return index * 10


print([n for n in Countdown(2)])
again = Range(2)
print(list(again), list(again), sum(again))
one = Countdown(1)
print(next(one), next(one, "default"), list(one))
print(list(OldStyle()), 10 in OldStyle(), [*OldStyle()])
for a in Range(2):
    for b in Range(1):
        print((a, b), end=" ")
print()
iterator = iter(Range(3))
print(next(iterator))
for n in iterator:
    print("rest", n)
    break
print(next(iterator), next(iterator, "end"))


class NotAnIterator:
    def __iter__(self):
        return 5


class Failing:
    def __iter__(self):
        raise ValueError("in iter")


class FailingNext:
    def __iter__(self):
        return self

    def __next__(self):
        raise LookupError("in next")


for source in [NotAnIterator(), Failing(), FailingNext(), 5, None]:
    try:
        for item in source:
            print("never")
    except TypeError:
        print("TypeError")
    except (ValueError, LookupError) as error:
        print(type(error).__name__ + ":", error)
try:
    next([1])
except TypeError as error:
    print("TypeError:", error)
numbers = iter([1, 2, 3, 4, 5, 6])
print(list(zip(numbers, numbers)), list(map(lambda a, b: a + b, iter("ab"), iter("cd"))),
      iter(numbers) is numbers)
