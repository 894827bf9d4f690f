"""bool is an int with another repr: arithmetic, indexing, counting, and operators that stay bool."""
print(True + True, True * 5, True - False, -True, True / 2, True // 1, 5 % True, True ** 2)
print(sum([True, False, True]), [10, 20][True], "ab"[False], [True] * True)
print(True == 1, True is True, 1 == True, isinstance(True, int), isinstance(1, bool), issubclass(bool, int))
print(type(True).__name__, type(not 1).__name__, type(True and 1).__name__, type(1 < 2).__name__)
print(str(True), repr(False), [True, None], f"{True}", f"{True!r:>6}", f"{True:d}", f"{False:5d}|")
print(bool(), bool(0), bool(1), bool(-1), bool(""), bool(" "), bool("False"), bool([]), bool([0]), bool({}),
      bool(None))
print(True & 1, type(True & True) is bool, True | 2, True ^ True, not True ^ True)
print(max(True, 2), min(True, 0), sorted([True, False, 2, -1]), int(True), float(False))
print({True: "a", 1: "b", 1.0: "c"}, {0, False, 0.0} == {0}, [1, True, 1.0].count(True))
print(True < 2, False > -1, False == 0.0, "True" == True, list(range(True, 4)))
print(any([0, "", 3]), all([1, "", 3]), any([]), all([]))
