"""Exception classes of one's own: attributes, __init__ with and without super(), __str__, __repr__."""


class AppError(Exception):
    """Base."""

    code = 10


class Detailed(AppError):
    def __init__(self, message, detail=None):
        super().__init__(message)
        self.detail = detail


class NoSuper(AppError):
    def __init__(self, a, b=2):
        self.total = a + b


class Reworded(AppError):
    code = 20

    def __str__(self):
        return f"reworded {self.args}"


class Drawn(Detailed):
    def __repr__(self):
        return f"<Drawn {self.detail}>"


class MyKeyError(KeyError):
    pass


class Weird(ValueError):
    def __init__(self):
        super().__init__("fixed", "message")


errors = [
    AppError(), AppError("m"), Detailed("m"), Detailed("m", detail=[1]), Detailed(message="kw"), NoSuper(1),
    NoSuper(1, b=5),
    Reworded("a", "b"), Drawn("m", 7), MyKeyError("k"), Weird(),
]
for error in errors:
    try:
        raise error
    except AppError as caught:
        print("app", caught is error, repr(caught), "|", str(caught), "|", caught.args, caught.code)
    except (LookupError, ValueError) as caught:
        print("builtin", repr(caught), "|", str(caught), "|", caught.args)
print(Detailed("m", detail=[1]).detail, NoSuper(1, 5).total, hasattr(AppError(), "detail"))
try:
    raise Detailed
except TypeError as error:
    print(error)
try:
    raise Reworded
except AppError as error:
    print(error, error.args)
error = AppError("with data")
error.extra = {"k": 1}
try:
    raise error
except AppError as caught:
    print(caught.extra, caught.code)
for bad in [5, "text", None, object, AppError.code]:
    try:
        raise bad
    except TypeError as error:
        print("TypeError:", error)
try:
    try:
        raise ValueError("v")
    except "not a class":
        print("never")
except TypeError as error:
    print("TypeError:", error, repr(error.__context__))
