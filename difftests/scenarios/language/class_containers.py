"""__len__, __getitem__, __setitem__, __delitem__, __contains__, __iter__ and __reversed__ of user classes."""


class Shelf:
    def __init__(self, *items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, key):
        if isinstance(key, int):
            return self.items[key]
        return f"key {key!r}"

    def __setitem__(self, key, value):
        print("set", key, value)
        self.items[key] = value

    def __delitem__(self, key):
        print("del", key)
        del self.items[key]


class Evens:
    def __contains__(self, item):
        print("contains", item, end=" ")
        return item % 2 == 0 and "truthy"

    def __iter__(self):
        yield from (0, 2, 4)

    def __reversed__(self):
        return iter("reversed")


shelf = Shelf("a", "b", "c")
print(len(shelf), shelf[0], shelf[-1], shelf["x"], shelf[1, 2], shelf[None], bool(shelf), bool(Shelf()))
shelf[1] = "B"
del shelf[0]
shelf[0] += "!"
print(shelf.items, [item for item in shelf], list(shelf), "c" in shelf, "z" in shelf, tuple(reversed(shelf)))
first, second = shelf
print(first, second, *shelf, max(shelf), sorted(shelf), list(zip(shelf, range(5))), list(enumerate(shelf)))
print(4 in Evens(), 3 in Evens(), 3 not in Evens(), list(Evens()), list(reversed(Evens())), sum(Evens()))
iterator = iter(shelf)
shelf.items.append("late")
print(list(iterator), next(iterator, "done"))


class Nothing:
    pass


nothing = Nothing()
calls = [
    lambda: len(nothing), lambda: nothing[0], lambda: nothing["k"], lambda: iter(nothing),
    lambda: 1 in nothing,
    lambda: list(nothing), lambda: reversed(nothing), lambda: [*nothing],
]
for call in calls:
    try:
        call()
    except TypeError:
        print("TypeError", end=" ")
print()
try:
    nothing[0] = 1
except TypeError as error:
    print("TypeError:", error)
try:
    del nothing[0]
except TypeError as error:
    print("TypeError:", error)
