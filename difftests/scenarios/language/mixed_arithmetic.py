"""Which type comes out of mixing bool, int and float, and the TypeError of types that do not mix."""


def kind(value):
    return f"{value!r}:{type(value).__name__}"


print(kind(1 + 1), kind(1 + 1.0), kind(True + 1), kind(True + 1.5), kind(True + True), kind(4 / 2))
print(kind(7 // 2), kind(7 // 2.0), kind(7.0 % 4), kind(True * 3), kind(-True), kind(+False), kind(~1))
print(kind(2 ** 2), kind(2 ** 2.0), kind(2 ** -1), kind(1 - 1.0), kind(0 * 1.5), kind(True / True))
print(kind("a" * 3), kind(3 * "ab"), kind("a" * 0), kind("a" * -1), kind([1] * 2), kind(2 * (1,)),
      kind(True * "x"))

operations = [
    lambda: 1 + "a", lambda: "a" + 1, lambda: [1] + (2,), lambda: (1,) + [2], lambda: None + 1,
    lambda: {} + {},
    lambda: "a" - "b", lambda: [1] - [1], lambda: "a" * "b", lambda: [1] * 1.5, lambda: 1.0 & 1,
    lambda: 1 << 1.0,
    lambda: "a" / 2, lambda: {1} + {2}, lambda: {1} | [2], lambda: {} | [], lambda: 2 ** "a", lambda: -"a",
    lambda: ~1.5, lambda: +[], lambda: 1 // None, lambda: None - None,
]
for operation in operations:
    try:
        print(operation())
    except TypeError as error:
        print("TypeError:", error)
x = 1
try:
    x += "a"
except TypeError as error:
    print("TypeError:", error)
print(x)
