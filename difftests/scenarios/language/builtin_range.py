"""range: arguments, length, indexing, slices, membership, equality, repr, attributes and reversal."""
# not on: wasm, len() ends at 32 bits
print(range(5), range(1, 5), range(1, 5, 2), range(5, 1, -2), range(0), range(2, 2), repr(range(-3)))
print(list(range(5)), list(range(2, 5)), list(range(0, 10, 3)), list(range(5, 0, -2)), list(range(3, 0)),
      list(range(-3, 3, 2)))
r = range(10, 40, 5)
print(len(r), r[0], r[-1], r[2], r.start, r.stop, r.step, r.index(20), r.count(15), r.count(3))
print(r[1:3], r[::-1], r[::2], r[-2:], r[10:], r[4:1:-1], r[:0], list(r[::-2]), r[:][1:])
print(20 in r, 21 in r, 40 in r, 10.0 in r, "a" in r, True in range(2), -1 not in r, None in r,
      30 in range(40, 10, -5))
print(range(3) == range(0, 3, 1), range(0) == range(5, 5), range(0, 4, 2) == range(0, 3, 2),
      range(2) == [0, 1], range(3) != range(4))
print({range(3): "a"}[range(0, 3)], bool(range(0)), bool(range(1)), range(True, 4), len(range(0, -5)),
      sum(range(5)), max(range(4)))
print(list(reversed(range(1, 8, 3))), sorted(range(3), reverse=True), tuple(range(2)), [*range(2)], *range(3),
      set(range(2)) == {0, 1})
a, *b = range(4)
print(a, b, list(zip(range(2), range(5, 9))), list(enumerate(range(1, 3))))
print(len(range(0, 9223372036854775807)), range(9223372036854775806)[-1],
      9223372036854775806 in range(9223372036854775807))
it = iter(range(3))
print(next(it), list(it), next(it, "end"), type(it).__name__, iter(r) is iter(r))
for i in range(3):
    i += 10
    print(i, end=" ")
print(i)
for call in [lambda: range(3)[3], lambda: range(3)[-4], lambda: range(0)[0]]:
    try:
        call()
    except IndexError as error:
        print("IndexError:", error)
for call in [lambda: range(1, 2, 0), lambda: range(3)[::0]]:
    try:
        call()
    except ValueError as error:
        print("ValueError:", error)
for call in [lambda: range(), lambda: range(1.5), lambda: range("3"), lambda: range(1, 2, 3, 4),
             lambda: range(3)["a"],
             lambda: range(3) + range(2), lambda: range("a", "b"), lambda: range(3) < range(4),
             lambda: setattr(range(3), "start", 1), lambda: range(None)]:
    try:
        call()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, end=" ")
print()
