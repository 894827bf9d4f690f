"""NameError and UnboundLocalError: unknown names, names before assignment, deleted and free variables."""


def attempt(function):
    try:
        print(function())
    except NameError as error:
        name = type(error).__name__
        print(name if name == "UnboundLocalError" else f"{name}: {error}")


def unknown():
    return no_such_name


def early():
    value = later
    later = 1
    return value


def conditional(flag):
    if flag:
        found = "set"
    return found


def loop_never():
    for item in []:
        pass
    return item


def augmented():
    total += 1


def free():
    def inner():
        return assigned_after

    result = inner()
    assigned_after = 1
    return result


def after_except():
    try:
        raise KeyError("k")
    except KeyError as error:
        pass
    return error


def comprehension_variable():
    squares = [private * private for private in range(3)]
    return private


total = 0
for function in [unknown, early, lambda: conditional(True), lambda: conditional(False), loop_never, augmented,
                 free,
                 after_except, comprehension_variable, lambda: undefined_in_lambda,
                 lambda: [missing for _ in "a"]]:
    attempt(function)
try:
    print(undefined_module_name)
except NameError as error:
    print("NameError:", error, error.args)
try:
    Undefined().method(1 // 0)
except NameError as error:
    print("NameError:", error)


class Body:
    attribute = 1

    def method(self):
        return attribute


attempt(Body().method)
print(issubclass(NameError, Exception), total)
