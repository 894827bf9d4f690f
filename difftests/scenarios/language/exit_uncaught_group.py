"""An uncaught exception group, partly handled by except*: what is left ends the program with status 1."""


def fail():
    errors = []
    for action in [lambda: 1 // 0, lambda: {}["k"], lambda: int("x"), lambda: [][1]]:
        try:
            action()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("several", errors + [ExceptionGroup("nested", [OSError("o"), KeyError("n")])])


try:
    try:
        fail()
    finally:
        print("finally")
except* LookupError as group:
    print("handled", len(group.exceptions), [type(error).__name__ for error in group.exceptions])
except* OSError as group:
    print("handled", repr(group))
print("never")
