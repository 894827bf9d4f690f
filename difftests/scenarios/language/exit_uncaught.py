"""An uncaught exception: finally blocks run, what was printed stays, and the status is 1."""


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        print("exit", details[0].__name__)


def inner():
    with Manager():
        try:
            print("before")
            [].pop()
        except KeyError:
            print("never")
        finally:
            print("finally")


def outer():
    try:
        inner()
    except IndexError as error:
        error.add_note("a note for the traceback")
        raise ValueError("the one that gets out") from error


print("no newline at the end", end=" ")
outer()
print("never")
