"""Union, intersection, difference, symmetric difference, subset tests: as operators and as methods."""


def show(result):
    print(type(result).__name__, sorted(result))


a, b = {1, 2, 3, 4}, {3, 4, 5}
show(a | b)
show(a & b)
show(a - b)
show(b - a)
show(a ^ b)
show(a.union([9], (8,)))
show(a.intersection([1, 3, 3], range(3, 9)))
show(a.difference([1], {2}))
show(a.symmetric_difference([4, 5]))
show(a.union())
print(a <= b, {3, 4} <= a, {3, 4} < a, a < a, a <= a, a >= {1}, a > {1}, a > a, set() < a, a == a.copy(),
      a != b)
print({1}.issubset([1, 2]), a.issuperset({1, 4}), a.isdisjoint({9}), a.isdisjoint([1]), {1, 5} <= a, a >= {5},
      a <= {5})
alias = a
a |= {10}
a &= {1, 2, 10, 11}
a -= {2}
a ^= {1, 7}
print(sorted(a), a is alias)
a.update({1, 2}, [3])
a.intersection_update([1, 2, 3, 10])
a.difference_update({3}, [10])
a.symmetric_difference_update([2, 4])
print(sorted(alias))
print(sorted({1, 2} | {2, 3} & {3} - {1} ^ {9}), {1} | {2} == {1, 2})
for call in [lambda: {1} | [2], lambda: {1} & "a", lambda: {1} - None, lambda: {1} < [1],
             lambda: {1}.union(5)]:
    try:
        print(call())
    except TypeError as error:
        print("TypeError")
print({1} == [1], {1} != (1,), not {1} & {2}, bool({1} & {1}))
