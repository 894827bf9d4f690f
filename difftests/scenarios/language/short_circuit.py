"""and, or, chained comparisons, any, all and conditional expressions evaluate only what they need."""


def say(value):
    print(value, end=" ")
    return value


print(say(0) and say(1), say(1) or say(2), say(0) or say("") or say([]), say(1) and say("a") and say(0))
print(say(1) and say(0) or say(5), say(0) and say(1) or say(0) and say(2), not say(0) and say(3))
print(say(1) or say(0) and say(9), (say(0) or say(1)) and say(2))
print(say(1) < say(3) > say(2) != say(0), say(5) < say(4) < say(3), say(1) == say(1) == say(2) == say(9))
print(any(say(n) for n in [0, 2, 3]), all(say(n) for n in [1, 0, 3]))
print(say("a") if say(1) else say("b"), say("a") if say(0) else say("b") if say(0) else say("c"))
print(1 if 0 else 2 if 0 else 3, (lambda: 1 if False else 2)(), [1] if [] else [2],
      1 if (2 if 0 else 0) else 3)
print(not 0 == 1, not (0 and 1), not 0 and not 0, True == (not False), 1 or 1 // 0, 0 and 1 // 0)
value = None
print(value and value.attribute, (value or "default").upper(), value is None or value.attribute)
x = say(0) or say("bound")
print(x)
if say(1) and not say(0) or say("never"):
    print("taken")
if (say(0) or say(0)) and say("never"):
    print("not taken")
elif say(2) in [say(1), say(2)] and say(3) is not None:
    print("elif")
i = 0
while i < 3 and say(i) != 2:
    i += 1
print("end", i)
assert say(1) or say("never")
print([n for n in range(6) if n % 2 and n > 1 or n == 0])
