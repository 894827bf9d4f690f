"""Comparison operators on numbers, strings and sequences, and the TypeError of unordered types."""
print(1 < 2, 2 <= 2, 3 > 4, 3 >= 3, 1 == 1.0, 1 != 2, True == 1, False < True, "1" == 1, None == 0)
print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "Z" < "a", "é" > "z")
print([1, 2] < [1, 3], [1, 2] < [1, 2, 0], [] < [0], [2] > [1, 9], (1, "a") < (1, "b"), () == (), () < ())
print([1, 2] == [1, 2], [1, 2] == (1, 2), [1] == [True], [1.0] == [1], (1, [2]) == (1, [2]), "a" == ["a"])
print({"a": 1, "b": 2} == {"b": 2, "a": 1}, {1: 1} == {1.0: True}, {1, 2} == {2, 1}, {} == set())
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 > 1 > 0, 1 == 1.0 == True, 1 < 2 > 1, 0 == 0 != 1, 1 < 2 in [2, 3])
print(1 is None, None is None, None is not None, not 1 == 2, (not 1) == 2)
print(2 in [1, 2], 2 not in [1, 2], "b" in "abc", "" in "abc", "" in "", "ac" in "abc", 1 in {1: 2},
      2 in {1: 2})
print(3 in range(5), 2.0 in range(5), 2.5 in range(5), "x" in range(5), 1.0 in {1}, True in [1], None in [0])

pairs = [(1, "a"), ("a", 1), ([1], (1,)), (None, 1), ({}, {}), (1, None), ([1, "a"], [1, 2]), (True, "x")]
for a, b in pairs:
    try:
        print(a < b)
    except TypeError as error:
        print("TypeError:", error)
try:
    1 in 5
except TypeError:
    print("TypeError")
try:
    1 in "abc"
except TypeError as error:
    print("TypeError:", error)
print([1, "a"] < [2, 3], (1, None) == (1, None), (1, None) < (2, None))
