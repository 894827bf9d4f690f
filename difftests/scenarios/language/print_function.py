"""print: sep, end, no arguments, None for the defaults, str of every argument, and errors."""
print()
print("one", 2, 3.0, None, True, [1, "a"], (1,), {"k": "v"})
print("a", "b", "c", sep="-")
print("a", "b", sep="")
print("a", "b", sep=", ", end="!\n")
print("no newline", end="")
print(" | continued", end=" ")
print()
print(sep="x")
print(end="only end\n")
print("", "", sep=".")
print("a", "b", sep=None, end=None)
print("multi\nline", "tab\tbed", sep="\n")
print(*[1, 2, 3])
print(*"abc", sep="|")
print(*[], "x", *(), sep=",")
print(print("inner"))
print([print("in a list", end="; "), 1])
print("é", "日本", "☕", sep="/")
print("flushed", flush=True)


class Shown:
    def __str__(self):
        return "shown"

    def __repr__(self):
        return "represented"


print(Shown(), [Shown()], sep=" ")


class Broken:
    def __str__(self):
        raise ValueError("no text")


try:
    print("printed before the error", Broken(), "never")
except ValueError as error:
    print("| ValueError:", error)
for options in [{"sep": 1}, {"end": 2}, {"unknown": 3}]:
    try:
        print("a", "b", **options)
    except TypeError:
        print("TypeError")
for n in range(3):
    print(n, end=", " if n < 2 else "\n")
write = print
write("alias", sep="")
print("\\", "'", '"', "%", "{}")
