"""int() of strings with bases, signs, spaces and underscores, of floats and bools, and its errors."""
for text in ["0", "42", "-42", "+7", "  13  ", "\t5\n", "1_000", "007", "-0"]:
    print(repr(text), int(text))
print(int("ff", 16), int("0xFF", 16), int("-0x1f", 16), int("777", 8), int("0o17", 8), int("101", 2),
      int("0b101", 2))
print(int("z", 36), int("Zz", 36), int("0x10", 0), int("0b11", 0), int("0o7", 0), int("12", 0),
      int("10", base=3))
print(int("9223372036854775807"), int("-9223372036854775808"))
print(int(), int(3.9), int(-3.9), int(1e15), int(-0.5), int(True), int(False))
print(type(int(True)).__name__, type(int(2.0)).__name__)


def show(*args):
    try:
        print(int(*args))
    except ValueError as error:
        print("ValueError:", error)
    except TypeError:
        print("TypeError")


for text in ["", " ", "x", "1.5", "1 2", "_1", "1_", "1__2", "--1", "0x10", "12a", "é"]:
    show(text)
show("8", 8)
show("g", 16)
show("012", 0)
show("1", 1)
show("1", 37)
show(5, 10)
show(None)
show([])
show(float("nan"))
