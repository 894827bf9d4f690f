"""with and user classes: order of enter and exit, several items, suppression, errors in __exit__."""


class Manager:
    def __init__(self, name, swallow=False, fail=""):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise LookupError("enter of " + self.name)
        return self.name.upper(), 1

    def __exit__(self, exc_type, exc, traceback):
        print("exit", self.name, exc_type.__name__ if exc_type else None, exc, traceback is not None)
        if self.fail == "exit":
            raise KeyError("exit of " + self.name)
        return self.swallow


with Manager("a") as (name, number):
    print("body", name, number)
with Manager("a") as first, Manager("b") as second, Manager("c"):
    print("body", first, second)
with (Manager("x") as x, Manager("y")):
    print("parenthesised", x)
with Manager("swallows", swallow=True):
    raise ValueError("inside")
print("after")
with Manager("outer", swallow="truthy"), Manager("inner"):
    raise ValueError("seen by both")
for options in [("plain", 0, ""), ("a", 1, "exit"), ("b", 1, "enter")]:
    try:
        with Manager("around"), Manager(*options):
            raise ValueError("body")
    except Exception as error:
        print("out:", type(error).__name__, error, "context:", repr(error.__context__))


def leave(how):
    for n in range(2):
        with Manager(how + str(n), swallow=True):
            if how == "return":
                return "returned"
            if how == "break":
                break
            if how == "continue":
                continue
            raise ValueError(how)
    return "end"


for how in ["return", "break", "continue", "raise"]:
    print(leave(how))
