"""Bare raise: the error being handled is raised again, also from a function; RuntimeError without one."""


def again():
    raise


try:
    again()
except RuntimeError as error:
    print("RuntimeError:", error)
try:
    try:
        raise ValueError("v")
    except ValueError as error:
        print("handling", error)
        raise
except ValueError as error:
    print("outer", error, error.__context__)
try:
    try:
        raise KeyError("k")
    except KeyError:
        again()
except KeyError as error:
    print("through a function", error)
try:
    try:
        raise ValueError("first")
    except ValueError:
        try:
            raise KeyError("second")
        except KeyError:
            pass
        raise
except ValueError as error:
    print("the outer one", error)
try:
    try:
        raise ValueError("first")
    except ValueError:
        try:
            raise KeyError("second")
        finally:
            print("in finally")
            try:
                again()
            except KeyError as error:
                print("inside finally the second one:", error)
except KeyError as error:
    print("out", repr(error), repr(error.__context__))
try:
    pass
finally:
    try:
        again()
    except RuntimeError as error:
        print("RuntimeError:", error)


def handler_in_call():
    try:
        raise OSError("inner")
    except OSError:
        pass
    raise


try:
    try:
        raise ValueError("restored after the inner handler")
    except ValueError:
        handler_in_call()
except ValueError as error:
    print(error)
for n in range(2):
    try:
        try:
            raise ValueError(n)
        except ValueError:
            if n:
                raise
            continue
    except ValueError as error:
        print("raised for", error)
