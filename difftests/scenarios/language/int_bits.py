"""Bitwise operators and shifts of ints, with negative operands as in two's complement."""
for a, b in [(12, 10), (-12, 10), (12, -10), (-12, -10), (0, -1)]:
    print(a, b, a & b, a | b, a ^ b)
print(~0, ~5, ~-6, ~9223372036854775807)
print(1 << 0, 1 << 10, 1 << 62, -1 << 63, 3 << 4)
print(1024 >> 3, -1 >> 1, -9 >> 1, -9 >> 60, 5 >> 100, -5 >> 100, 5 >> 64, 5 >> 63)
print(0 << 1000)
for operation in (lambda: 1 << -1, lambda: 1 >> -1):
    try:
        operation()
    except ValueError as error:
        print("ValueError:", error)
print(1 + 2 << 3, 1 | 2 ^ 3 & 4, 7 & 3 == 3, ~1 + 2)
print(True & False, True | False, True ^ True, type(True & True).__name__, type(True & 1).__name__)
flags = 0
flags |= 4
flags ^= 1
flags <<= 2
flags >>= 1
flags &= ~2
print(flags)
