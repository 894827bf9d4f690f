"""repr of floats: shortest digits that round-trip, and where the exponent form begins."""
values = [0.0, -0.0, 1.0, -1.0, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 100.0, 123456.789, 1e15, 1e16, 1e17,
          123456789012345678.0]
for value in values:
    print(value)
for value in [9999999999999998.0, 0.001, 0.0001, 0.00001, 0.00012345, 1.5e-5, 1e-7, 5e-324,
              2.2250738585072014e-308]:
    print(value, -value)
for value in [1e22, 1e23, 1.7976931348623157e308, 1e100, 1.5e300, 4.35, 0.3, 2.675, 1e21, 12345678.9]:
    print(repr(value), str(value))
print(1e308 * 10, -1e308 * 10, 1e308 * 10 - 1e308 * 10)
print(float("inf"), float("-inf"), float("nan"), [float("inf"), -0.0, 1e16])
print(1.0e0, 1E3, 1.e2, .5, 5., 1_0.0_1, 1e+2, 1e-2, 0e0, 00.5, 1_0e1_0)
print(3.14, 2.5, 1e0, 100 * 1.1, 0.1 * 3, 1.1 + 2.2, 1 - 0.9, 3.0 * 1.1)
print(4.0 / 3, 22 / 7, 1e16 + 1, 2 ** 53 + 1.0, 2.0 ** 60, 1 / 1024)
