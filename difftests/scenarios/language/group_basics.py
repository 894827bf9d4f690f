"""ExceptionGroup: message, exceptions, args, repr and str, the class that is made, and its errors."""
group = ExceptionGroup("several", [ValueError(1), KeyError("k")])
print(group, "|", repr(group), "|", group.message, group.exceptions, group.args, len(group.exceptions))
print(type(group.exceptions).__name__, isinstance(group, Exception), isinstance(group, BaseExceptionGroup))
single = ExceptionGroup("one", (ValueError("only"),))
print(single, repr(single), single.exceptions, str(single) == "one (1 sub-exception)")
nested = ExceptionGroup("outer", [single, ExceptionGroup("inner", [group, OSError("o")]), TypeError()])
print(nested, repr(nested))
print(nested.exceptions[0] is single, nested.exceptions[1].exceptions[0] is group,
      nested.exceptions[1].message)
base = BaseExceptionGroup("becomes a plain group", [ValueError(1)])
print(type(base).__name__, repr(base))
real = BaseExceptionGroup("real base", [ValueError(1), KeyboardInterrupt()])
print(type(real).__name__, repr(real), isinstance(real, Exception), str(real))
empty_message = ExceptionGroup("", [ValueError("it's")])
print(repr(str(empty_message)), repr(empty_message), repr(ExceptionGroup("it's", [ValueError(1)])))
source = [ValueError(1)]
kept = ExceptionGroup("copy", source)
source.append(KeyError(2))
print(kept.exceptions, len(kept.exceptions))
calls = [
    lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", [1]),
    lambda: ExceptionGroup("m", [ValueError(), "x"]),
    lambda: ExceptionGroup("m", [ValueError]), lambda: ExceptionGroup("m", [KeyboardInterrupt()]),
    lambda: BaseExceptionGroup("m", ()),
]
for call in calls:
    try:
        call()
    except (TypeError, ValueError) as error:
        print(type(error).__name__ + ":", error)
for call in [lambda: ExceptionGroup(), lambda: ExceptionGroup("m"), lambda: ExceptionGroup(1, [ValueError()]),
             lambda: ExceptionGroup("m", 5), lambda: ExceptionGroup("m", [ValueError()], 3),
             lambda: ExceptionGroup("m", {ValueError(): 1}),
             lambda: ExceptionGroup("m", (e for e in [ValueError()]))]:
    try:
        print(repr(call()))
    except TypeError:
        print("TypeError")
try:
    raise group
except ExceptionGroup as caught:
    print(caught is group, caught.__cause__, caught.__context__)
try:
    group.message = "new"
except AttributeError:
    print("message is read-only")
