"""list.sort and sorted: stability, key, reverse, errors in the middle, and custom __lt__."""
words = ["banana", "Apple", "cherry", "date", "apple", "Banana"]
print(sorted(words), sorted(words, reverse=True), sorted(words, key=len),
      sorted(words, key=len, reverse=True))
print(sorted(words, key=str.lower), sorted(words, key=lambda word: (len(word), word)), words.sort(), words)
people = [("Ann", 30), ("Bob", 25), ("Cid", 30), ("Dan", 25), ("Eve", 30)]
print(sorted(people, key=lambda person: person[1]))
print(sorted(people, key=lambda person: person[1], reverse=True))
print(sorted(people, key=lambda person: -person[1]))
print(sorted([3, 1.5, True, -2]), sorted([]), sorted("hello"), sorted({"b": 1, "a": 2}), sorted((2, 1)),
      sorted({3, 1}))
print(sorted([[2], [1, 5], [1], []]), sorted([(1, "b"), (1, "a")]), sorted(n * n % 7 for n in range(7)))
calls = []


def key(value):
    calls.append(value)
    return -value


print(sorted([1, 3, 2], key=key), calls, sorted([2, 1], key=None))


class Version:
    def __init__(self, major):
        self.major = major

    def __lt__(self, other):
        return self.major < other.major

    def __repr__(self):
        return f"v{self.major}"


print(sorted([Version(3), Version(1), Version(2)]), max([Version(1), Version(9)], key=lambda v: v.major))
for broken in [[1, "a"], [None, 1], [{}, {}]]:
    try:
        broken.sort()
    except TypeError as error:
        print("TypeError:", error)
many = [(n * 7919) % 101 for n in range(200)]
many.sort(key=lambda n: n % 10)
print(many[:12], all(many[i] % 10 <= many[i + 1] % 10 for i in range(199)))
many.sort(reverse=True)
print(many[:5], many[-3:])
try:
    sorted([1], lambda n: n)
except TypeError:
    print("TypeError")
