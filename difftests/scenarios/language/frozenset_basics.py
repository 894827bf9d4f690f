"""frozenset: immutable, hashable, equal to sets of the same elements, and its operators."""
frozen = frozenset([3, 1, 2, 1])
print(len(frozen), sorted(frozen), frozenset(), frozenset({1}), frozenset("a"), frozenset(["it's"]),
      2 in frozen)
print(frozen == {1, 2, 3}, {1, 2, 3} == frozen, frozen == frozenset((3, 2, 1)), frozen != {1},
      frozen < {1, 2, 3, 4})
print({frozenset({1, 2}): "found"}[frozenset([2, 1])], frozenset() in {frozenset()},
      len({frozenset("ab"), frozenset("ba")}))
print(type(frozen | {9}).__name__, type({9} | frozen).__name__, type(frozen & frozen).__name__,
      type(frozen - {1}).__name__)
print(sorted(frozen | {9}), sorted(frozen & {1, 2}), sorted(frozen - {1}), sorted(frozen ^ {3, 4}))
print(sorted(frozen.union([5])), sorted(frozen.intersection([1])), frozen.issubset(range(9)),
      frozen.isdisjoint([7]))
print(frozenset({frozenset({1})}), {frozenset({1})}, [frozenset()], bool(frozenset()),
      isinstance(frozen, set))
print(frozen.copy() == frozen, sorted(frozenset({"b": 1, "a": 2})), {1} in {frozenset({1})},
      set(frozen) == frozen)
name = frozen
frozen |= {4}
print(sorted(frozen), sorted(name), frozen is name)
for call in [lambda: frozen.add(1), lambda: frozen.remove(1), lambda: frozen.update([1]),
             lambda: frozen.clear()]:
    try:
        call()
    except AttributeError as error:
        print("AttributeError:", error)
for call in [lambda: frozenset([[]]), lambda: frozenset(1), lambda: frozen[0], lambda: frozen + frozen]:
    try:
        call()
    except TypeError:
        print("TypeError")
