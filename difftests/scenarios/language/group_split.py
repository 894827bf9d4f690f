"""split and subgroup by type, tuple of types and function: structure kept, the whole group if all match."""
low = ExceptionGroup("low", [OSError("o"), IndexError("i")])
mid = ExceptionGroup("mid", [KeyError("k"), ValueError("v2"), low])
group = ExceptionGroup("top", [ValueError("v1"), mid, TypeError("t")])


def show(label, pair):
    match, rest = pair
    print(label, "| match", repr(match), "| rest", repr(rest))


show("ValueError", group.split(ValueError))
show("LookupError", group.split(LookupError))
show("tuple", group.split((OSError, TypeError)))
show("all", group.split(Exception))
show("none", group.split(KeyboardInterrupt))
show("group itself", group.split(ExceptionGroup))
print(group.split(Exception)[0] is group, group.split(ArithmeticError)[1] is group)
for wanted in [ValueError, IndexError, (KeyError, OSError), Exception, ArithmeticError]:
    print(repr(group.subgroup(wanted)))
print(group.subgroup(Exception) is group, group.subgroup(ExceptionGroup) is group)
seen = []


def predicate(error):
    seen.append(type(error).__name__)
    return "2" in str(error) or "o" == str(error)


show("function", group.split(predicate))
print(seen)
seen.clear()
print(repr(group.subgroup(predicate)), len(seen))
print(repr(group.subgroup(lambda error: isinstance(error, ExceptionGroup) and error.message == "low")))
match, rest = group.split(ValueError)
print(match.exceptions[0] is group.exceptions[0], match.message, rest.exceptions[0].message, match is group)
for bad in [5, "ValueError", None, (ValueError, 5)]:
    for method in [group.split, group.subgroup]:
        try:
            method(bad)
        except TypeError:
            print("TypeError", end=" ")
print()


def failing(error):
    raise LookupError("from the predicate")


try:
    group.split(failing)
except LookupError as error:
    print(error)
