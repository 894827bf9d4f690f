"""SystemExit raised deep inside nested code: finally blocks run, Exception does not catch it, status 3."""


class Manager:
    def __enter__(self):
        print("enter")

    def __exit__(self, exc_type, exc, traceback):
        print("exit", exc_type.__name__, exc.code, repr(exc))


def deep(n):
    try:
        if n == 0:
            raise SystemExit(3)
        deep(n - 1)
    except Exception:
        print("never")
    finally:
        print("finally", n)


def generator():
    try:
        yield 1
        deep(1)
    finally:
        print("generator finally")


for code in [None, 0, 5, "text", (1, 2)]:
    try:
        raise SystemExit(code)
    except SystemExit as error:
        print(error.code, repr(error), error.args)
try:
    raise SystemExit
except SystemExit as error:
    print(error.code, error.args)
print(SystemExit(1, 2).code, isinstance(SystemExit(), Exception))
with Manager():
    for item in generator():
        print("item", item)
print("never")
