"""try, except with tuples and order of clauses, else, finally, and what is caught by which class."""


def attempt(action):
    try:
        result = action()
    except (KeyError, IndexError) as error:
        return "lookup", type(error).__name__
    except ZeroDivisionError:
        return "zero"
    except ValueError as error:
        return "value", str(error)
    except Exception as error:
        return "other", type(error).__name__
    else:
        return "fine", result
    finally:
        print("finally", end=" ")


print(attempt(lambda: {}["k"]), attempt(lambda: [][0]), attempt(lambda: 1 // 0), attempt(lambda: int("x")))
print(attempt(lambda: 1 + "a"), attempt(lambda: None.x), attempt(lambda: "result"),
      attempt(lambda: undefined))
try:
    try:
        raise ValueError("inner")
    except KeyError:
        print("never")
    else:
        print("never")
    finally:
        print("inner finally")
except ValueError as error:
    print("outer", error)
try:
    pass
except Exception:
    print("never")
else:
    print("else")
try:
    try:
        pass
    finally:
        print("only finally")
except Exception:
    print("never")
try:
    raise KeyboardInterrupt("not an Exception")
except Exception:
    print("never")
except BaseException as error:
    print(type(error).__name__, error)
try:
    raise ValueError
except:
    print("bare except")
try:
    raise IndexError("by base")
except LookupError as error:
    print(type(error).__name__, error)
try:
    try:
        pass
    except ValueError:
        print("never")
    else:
        raise ValueError("from else is not caught here")
except ValueError as error:
    print(error)
wanted = (OSError, (TypeError, ValueError)[1])
try:
    raise ValueError("dynamic tuple")
except wanted as error:
    print(error)
