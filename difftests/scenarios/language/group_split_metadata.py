"""Parts of a split group keep cause, context and notes of the whole; the exceptions are the same."""
inner = KeyError("inner")
try:
    try:
        raise OSError("context")
    except OSError:
        raise ExceptionGroup("g", [ValueError("v"), ExceptionGroup("n", [inner])]) from LookupError("cause")
except ExceptionGroup as error:
    group = error
group.add_note("note")
match, rest = group.split(KeyError)
for part in [group, match, rest]:
    print(repr(part), repr(part.__cause__), repr(part.__context__), part.__suppress_context__, part.__notes__)
print(match.exceptions[0].exceptions[0] is inner, hasattr(match.exceptions[0], "__notes__"))
sub = group.subgroup(ValueError)
print(repr(sub), repr(sub.__cause__), sub.__notes__, sub.__notes__ == group.__notes__)
derived = group.derive([TypeError("new")])
print(repr(derived), derived.__cause__, derived.__context__, hasattr(derived, "__notes__"))
print(repr(group.derive([KeyboardInterrupt()])), type(group.derive([KeyboardInterrupt()])).__name__)
base = BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError("v")])
kept, other = base.split(ValueError)
print(repr(kept), repr(other), type(kept).__name__, type(other).__name__)
print(repr(base.derive([ValueError(1)])), repr(base.subgroup(KeyboardInterrupt)))
shared = ValueError("shared")
twice = ExceptionGroup("twice", [shared, shared])
print(repr(twice.split(ValueError)), repr(twice.subgroup(lambda error: error is shared)))
copy = group.subgroup(lambda error: isinstance(error, KeyError))
copy.add_note("only on the part")
print(group.__notes__, copy.__notes__)
