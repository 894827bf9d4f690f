"""assert: messages of every kind, evaluated only on failure, and AssertionError by hand."""


def attempt(action):
    try:
        action()
        print("passed")
    except AssertionError as error:
        print(repr(error), "|", str(error), "|", error.args)


def message():
    print("message evaluated", end=" ")
    return "computed"


def plain():
    assert 1 == 2


def text():
    assert False, "the reason"


def passes():
    assert True, message()
    assert [0], "non-empty"


def fails():
    assert [], message()


def tuple_message():
    assert 0, ("a", 1)


def formatted(value=3):
    assert value > 5, f"{value=} is too small"


def none_message():
    assert None, None


def by_hand():
    raise AssertionError("by hand", 2)


def error_in_message():
    assert False, 1 // 0


def chained():
    try:
        assert False, "first"
    except AssertionError as error:
        assert isinstance(error, AssertionError)
        assert 1 < 0 < 2, error


for action in [plain, text, passes, fails, tuple_message, formatted, none_message, by_hand, chained]:
    attempt(action)
try:
    error_in_message()
except ZeroDivisionError:
    print("ZeroDivisionError instead")
assert True
assert not False, "never"
assert (1,), "a tuple that is not empty"
x = 5
assert x == 5 and x != 6 or x, "never"
print(issubclass(AssertionError, Exception), AssertionError().args)
