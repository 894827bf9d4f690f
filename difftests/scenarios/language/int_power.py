"""The power operator: precedence, right association, negative exponents and floats."""
print(2 ** 10, 2 ** 62, (-2) ** 63, 3 ** 39, 10 ** 18)
print(-2 ** 2, (-2) ** 2, (-2) ** 3, 2 ** 3 ** 2, (2 ** 3) ** 2)
print(0 ** 0, 1 ** 1000000, (-1) ** 1000001, 5 ** 0, 0 ** 5)
print(2 ** -1, 2 ** -2, (-2) ** -1, 10 ** -2, 2 ** --1)
print(2 ** 0.5, 2.0 ** 3, 9 ** 0.5, 4 ** -0.5, 0.0 ** 0, 2.5 ** 2)
print(True ** 2, 2 ** True, True ** False, type(True ** True).__name__)
print(-2 ** -2, 2 ** -1 * 4, 3 * 2 ** 2, ~2 ** 2)
value = 3
value **= 3
value **= 2
print(value)
for operation in (lambda: 0 ** -1, lambda: 0.0 ** -2):
    try:
        operation()
    except ZeroDivisionError:
        print("ZeroDivisionError")
