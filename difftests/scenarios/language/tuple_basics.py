"""Tuples: displays, immutability, methods, hashing by value, concatenation and comparison."""
empty, single, pair, bare = (), (1,), (1, 2), (3, 4, 5)
print(empty, single, pair, bare, (1), ((1,),), (1, (2, (3,))), tuple(), tuple([1, 2]), tuple("ab"),
      tuple(range(3)))
x = 1,
print(x, len(x), type(x).__name__, (*pair, *bare), (0, *"ab"))
print(pair + bare, pair * 2, 2 * single, pair[0], pair[-1], bare[1:], bare[::-1], 2 in pair, 9 not in pair)
print(bare.index(4), bare.count(3), (1, 1, True).count(1), len(empty), bool(empty), bool((None,)))
print(pair == (1, 2), pair != (2, 1), pair < (1, 3), pair < (1, 2, 0), () < (0,), (1, 2) == [1, 2])
print({(1, 2): "point", (): "empty"}[1, 2], {(1, 2): "p"}[(1.0, True + 1)], (1, 2) in {(1, 2)},
      {(1, "a")} == {(1, "a")})
alias = pair
pair += (3,)
print(alias, pair)
mutable = ([1], 2)
mutable[0].append(5)
print(mutable)
try:
    mutable[0] += [6]
except TypeError as error:
    print("TypeError:", error)
print(mutable)
failing = [lambda: pair[5], lambda: pair.index(99), lambda: {([],): 1}, lambda: (1,) + [1], lambda: pair["x"]]
for call in failing:
    try:
        call()
    except Exception as error:
        print(type(error).__name__)
try:
    del pair[0]
except TypeError as error:
    print("TypeError:", error)
for a, (b, c) in [(1, (2, 3)), (4, (5, 6))]:
    print(a, b, c, end=" ")
print(tuple(n * n for n in range(4)), min((3, 1), (2, 9)), sorted(((2, 1), (1, 2))))
