"""Sets: displays, methods, membership by equality, and the errors of remove and pop."""
numbers = {3, 1, 2, 3}
print(len(numbers), sorted(numbers), 2 in numbers, 9 in numbers, 2.0 in numbers, True in numbers, set(), {1},
      {"a"})
print(numbers.add(4), numbers.add(4), sorted(numbers), numbers.discard(9), numbers.discard(1),
      sorted(numbers))
print(numbers.remove(2), sorted(numbers), numbers.update([7, 8], {9}, "x"), len(numbers), numbers.update())
print(set("hello") == {"h", "e", "l", "o"}, sorted(set([1, 1, 2])), set(range(3)) == {0, 1, 2},
      sorted({*"ab", *"bc"}))
print({n % 3 for n in range(10)} == {0, 1, 2}, len({1, 1.0, True}), {1, True}, {True, 1}, {0.0, -0.0})
single = {"only"}
print(single.pop(), single, single.clear(), bool(single), bool({0}))
copy = numbers.copy()
copy.add("new")
print(len(copy) - len(numbers), copy is numbers, numbers == numbers.copy(), {1, 2} == [1, 2],
      {1, 2} == {2.0, 1.0})
print(sorted({"b", "a"} | {"c"}), max({3, 5, 1}), min({"b", "a"}), sum({1, 2, 3}), any({0}), all(set()))
failing = [
    lambda: {1}.remove(2), lambda: set().remove("key"), lambda: set().pop(), lambda: {[]},
    lambda: {1}.add({}),
    lambda: {1}[0], lambda: [] in {1}, lambda: set(5), lambda: {1} + {2}, lambda: {{1}},
    lambda: {1: {1}}[{1}],
]
for call in failing:
    try:
        print(call())
    except KeyError as error:
        print("KeyError:", error)
    except TypeError:
        print("TypeError")
words = set()
for word in "the cat and the dog and the bird".split():
    if word in words:
        print("again:", word)
    words.add(word)
print(sorted(words, key=lambda word: (len(word), word)))
