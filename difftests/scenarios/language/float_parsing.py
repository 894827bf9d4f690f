"""float() of strings, ints and bools, and its errors."""
for text in ["1", "1.5", "-1.5", "+.5", "5.", "1e3", "1E-3", " 2.5 \n", "1_000.5", "1e1_0", "inf",
             "-Infinity", "NaN", "+nan", "INF"]:
    print(repr(text), float(text))
print(float(), float(3), float(True), float(2 ** 53), float(9223372036854775807), float(-7))
print(float("0.1") == 0.1, float("1e400"), float("-1e400"), float("1e-400"), float("-1e-400"))
print(float("123456789.123456789"), float("0.30000000000000004"), float("9007199254740993"))


def show(argument):
    try:
        print(float(argument))
    except ValueError as error:
        print("ValueError:", error)
    except TypeError:
        print("TypeError")


for argument in ["", " ", "abc", "1.2.3", "1e", "e5", ".", "1_", "_1.0", "1__0", "0x10", "in", "infin", "1 2",
                 "--1"]:
    show(argument)
show(None)
show([1.0])
show("tab\tinside")
