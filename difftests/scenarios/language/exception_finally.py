"""finally: return overrides, break swallows, errors replace errors, nested blocks run inside out."""


def return_in_finally():
    try:
        return "try"
    finally:
        return "finally"


def swallow_by_return():
    try:
        raise ValueError("lost")
    finally:
        return "swallowed"


def swallow_by_break():
    for n in range(3):
        try:
            raise ValueError(n)
        finally:
            break
    return "broke", n


def swallow_by_continue():
    for n in range(3):
        try:
            raise ValueError(n)
        finally:
            continue
    return "continued", n


def value_before_finally():
    value = [1]
    number = 1
    try:
        return value, number
    finally:
        value.append(2)
        number = 99


def replace():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")


def nested(log):
    try:
        try:
            try:
                log.append("body")
                raise ValueError("v")
            finally:
                log.append("inner")
        except KeyError:
            log.append("never")
        finally:
            log.append("middle")
    except ValueError:
        log.append("handler")
        return log
    finally:
        log.append("outer")


def except_returns():
    try:
        raise ValueError
    except ValueError:
        return "handler"
    else:
        return "never"
    finally:
        print("finally after return", end=" ")


def return_twice():
    try:
        try:
            return print("evaluated", end=" ")
        finally:
            print("one", end=" ")
    finally:
        print("two", end=" ")


print(return_in_finally(), swallow_by_return(), swallow_by_break(), swallow_by_continue(),
      value_before_finally())
print(nested([]), except_returns(), return_twice())
try:
    replace()
except KeyError as error:
    print(repr(error), repr(error.__context__))
