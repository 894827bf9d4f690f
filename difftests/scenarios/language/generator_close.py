"""close: GeneratorExit at the yield, finally blocks run, and ignoring it is a RuntimeError."""


def guarded(name):
    try:
        yield 1
        yield 2
    except GeneratorExit as error:
        print(name, "GeneratorExit", error.args, end=" ")
        raise
    finally:
        print(name, "finally", end=" ")


made = guarded("a")
next(made)
made.close()
made.close()
print(list(made))
fresh = guarded("never started")
fresh.close()
print("closed", list(fresh))
done = guarded("c")
print(list(done), done.close())


def stubborn():
    while True:
        try:
            yield "still here"
        except GeneratorExit:
            print("ignored", end=" ")
            if limit.pop():
                return


limit = [True, False, True]
made = stubborn()
next(made)
made.close()
made = stubborn()
next(made)
try:
    made.close()
except RuntimeError as error:
    print("RuntimeError:", error)
made.close()


def replaces():
    try:
        yield
    finally:
        raise ValueError("from finally")


made = replaces()
next(made)
try:
    made.close()
except ValueError as error:
    print("ValueError:", error, repr(error.__context__))


def outer():
    try:
        yield from guarded("inner")
    finally:
        print("outer finally", end=" ")


made = outer()
next(made)
made.close()
print()
for number in guarded("loop"):
    break
print("| a loop that breaks drops the generator")


def holder():
    for number in guarded("held"):
        return number


print(holder())
