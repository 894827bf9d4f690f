"""throw: the error appears at the yield, may be caught, answered, replaced, or go through."""


def resilient():
    n = 0
    while True:
        try:
            n += 1
            yield n
        except ValueError as error:
            yield f"caught {error}"
        except KeyError:
            return "ended by KeyError"
        finally:
            print("(finally)", end=" ")


made = resilient()
print(next(made), made.throw(ValueError("v")), next(made), made.throw(ValueError("again")))
try:
    made.throw(KeyError("at the yield inside the handler"))
except KeyError as error:
    print("went through:", error, repr(error.__context__))
made = resilient()
next(made)
try:
    made.throw(KeyError)
except StopIteration as stop:
    print("returned:", stop.value)
made = resilient()
next(made)
try:
    made.throw(TypeError("t"))
except TypeError as error:
    print("TypeError:", error, list(made))
fresh = resilient()
try:
    fresh.throw(ValueError("before the start"))
except ValueError as error:
    print("not started:", error, list(fresh))
spent = resilient()
spent.close()
try:
    spent.throw(OSError("spent"))
except OSError as error:
    print("spent:", error)


def replaces():
    try:
        yield 1
    except ValueError as error:
        raise KeyError("replaced") from error


made = replaces()
next(made)
try:
    made.throw(ValueError("original"))
except KeyError as error:
    print(repr(error), repr(error.__cause__))


def swallows_everything():
    while True:
        try:
            yield "alive"
        except Exception as error:
            print("swallowed", repr(error), end=" ")


made = swallows_everything()
print(next(made), made.throw(ValueError), made.throw(StopIteration("s")), made.throw(ZeroDivisionError("z")))
for bad in [5, "text", None, int]:
    try:
        made.throw(bad)
    except TypeError:
        print("TypeError", end=" ")
print(next(made))
same = LookupError("same object")


def nothing():
    yield


made = nothing()
next(made)
try:
    made.throw(same)
except LookupError as error:
    print(error is same)
