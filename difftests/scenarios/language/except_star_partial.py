"""except* with a rest: the rest keeps structure, notes and the identity of its leaves."""
value, key, os_error = ValueError("v"), KeyError("k"), OSError("o")
group = ExceptionGroup("outer", [value, ExceptionGroup("inner", [key, os_error])])
group.add_note("noted")
try:
    try:
        raise group
    except* KeyError as caught:
        print("caught", repr(caught), caught.exceptions[0].exceptions[0] is key, caught.__notes__)
except ExceptionGroup as rest:
    print("rest", repr(rest), rest is group, rest.exceptions[0] is value, rest.__notes__)
    print(rest.exceptions[1].exceptions[0] is os_error, rest.__cause__, rest.__context__)
try:
    try:
        raise group
    except* ArithmeticError:
        print("never")
except ExceptionGroup as rest:
    print("untouched", rest is group)
try:
    try:
        raise value
    except* KeyError:
        print("never")
except ValueError as rest:
    print("naked and untouched", rest is value)
try:
    raise value
except* ValueError as caught:
    print("wrapped", repr(caught), repr(caught.message), caught.exceptions[0] is value, type(caught).__name__)
try:
    raise KeyboardInterrupt
except* KeyboardInterrupt as caught:
    print("wrapped", repr(caught), type(caught).__name__)
try:
    raise group
except* (ValueError, LookupError, OSError) as caught:
    print("all at once", caught is group)
try:
    raise group
except* Exception as caught:
    print("all by base", caught is group)
try:
    try:
        raise BaseExceptionGroup("b", [KeyboardInterrupt("stop"), ValueError(1)])
    except* ValueError as caught:
        print(type(caught).__name__, repr(caught))
except BaseExceptionGroup as rest:
    print(type(rest).__name__, repr(rest))
