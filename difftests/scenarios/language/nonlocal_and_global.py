"""global and nonlocal rebind names of outer scopes, through several levels, also in classes and loops."""
total = 0


def add(n):
    global total, created
    total += n
    created = f"created by add({n})"


add(5)
add(6)
print(total, created)


def levels():
    x, y = 0, 0

    def middle():
        nonlocal x
        y = 10
        x += 1

        def inner():
            nonlocal x, y
            x += 10
            y += 1
            return x, y

        return inner(), y

    return middle(), middle(), x, y


print(levels())
x = "global"


def skip():
    x = "enclosing"

    def inner():
        global x
        x = "rebound"
        return x

    inner()
    return x


print(skip(), x)


def in_statements():
    name = error = item = None

    def work():
        nonlocal name, item
        for name in ["loop", "last"]:
            pass
        item, *_ = [1, 2]
        try:
            raise ValueError("v")
        except ValueError as caught:
            nonlocal error
            error = caught

    work()
    return name, item, error


print(in_statements())


class Body:
    global made_in_class
    made_in_class = "module level"
    kept = "class level"


print(made_in_class, Body.kept, hasattr(Body, "made_in_class"))


def delete():
    global total
    del total


delete()
try:
    total
except NameError as error:
    print("NameError:", error)
