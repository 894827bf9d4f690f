"""Format specs of strings and of other objects: alignment, fill, width, precision, and their errors."""
text = "abc"
print(f"[{text:5}] [{text:<5}] [{text:>5}] [{text:^5}] [{text:^6}] [{text:2}] [{text:s}] [{text:6s}] "
      f"[{text:}]")
print(f"[{text:*<6}] [{text:->6}] [{text:=^7}] [{text:x^4}] [{text:0>5}] [{text:é^5}] [{text:>>5}] "
      f"[{text:<<5}] [{text:^^5}]")
print(f"[{text:.2}] [{text:.0}] [{text:.10}] [{text:5.2}] [{text:>5.1}] [{text:_^5.2s}] [{'':3}] "
      f"[{'':*^3}] [{text:05}]")
print(f"[{None}] [{None!s:6}] [{None!r:>6}] [{[1, 2]!s:>8}] [{(1,)!r:<6}] [{True!s:^6}] [{text!r:>7}]")
width = 8
for fill in ["*", " ", "0"]:
    for align in ["<", ">", "^"]:
        print(f"[{text:{fill}{align}{width}}]", end="")
    print()


class Plain:
    def __str__(self):
        return "plain"


print(f"[{Plain()}] [{Plain()!s:>7}]")
for make in [lambda: f"{Plain():>7}", lambda: f"{None:5}", lambda: f"{[1]:>4}", lambda: f"{(1,):<4}"]:
    try:
        print(make())
    except TypeError as error:
        print("TypeError:", error)
for make in [lambda: f"{text:d}", lambda: f"{text:+}", lambda: f"{text:=5}", lambda: f"{text:,}"]:
    try:
        print(make())
    except ValueError:
        print("ValueError")
