"""Floor division and modulo of ints in all sign combinations, and division by zero."""
pairs = [(7, 3), (-7, 3), (7, -3), (-7, -3), (6, 3), (-6, 3), (0, 5), (1, -5), (-1, 5)]
for a, b in pairs:
    q, r = a // b, a % b
    print(a, b, "->", q, r, a / b, q * b + r == a)

low = -9223372036854775807 - 1
print(low // 1, low % 1, low % -1, low // 2, low % 10)
print(9223372036854775807 // -1, 9223372036854775807 % -10)

for operation in (lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: 0.0 // 0, lambda: 1.5 % 0):
    try:
        operation()
    except ZeroDivisionError as error:
        print(type(error).__name__, isinstance(error, ArithmeticError))
