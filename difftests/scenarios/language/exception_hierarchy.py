"""The tree of builtin exceptions: subclass relations, construction, and catching by a base class."""
pairs = [
    (Exception, BaseException), (KeyboardInterrupt, Exception), (SystemExit, Exception),
    (GeneratorExit, Exception),
    (StopIteration, Exception), (StopAsyncIteration, Exception), (ArithmeticError, Exception),
    (KeyError, LookupError),
    (ZeroDivisionError, ArithmeticError), (IndexError, LookupError), (TimeoutError, OSError),
    (OSError, Exception),
    (RuntimeError, Exception), (RecursionError, RuntimeError), (NameError, Exception),
    (ValueError, Exception),
    (ExceptionGroup, Exception), (ExceptionGroup, BaseExceptionGroup), (BaseExceptionGroup, Exception),
    (AssertionError, Exception), (AttributeError, Exception), (TypeError, ValueError),
    (NotImplementedError, RuntimeError),
]
for child, parent in pairs:
    print(child.__name__, issubclass(child, parent), parent.__name__)
classes = [
    BaseException, Exception, GeneratorExit, KeyboardInterrupt, SystemExit, StopIteration, StopAsyncIteration,
    RuntimeError,
    ValueError, TypeError, KeyError, IndexError, AttributeError, NameError, ZeroDivisionError, AssertionError,
    TimeoutError,
    OSError, LookupError, ArithmeticError,
]
for cls in classes:
    try:
        raise cls("message")
    except BaseException as error:
        print(repr(error), str(error), error.args, isinstance(error, Exception), repr(cls()),
              str(cls()) == "")
for cls in classes[:4]:
    try:
        raise cls
    except BaseException as error:
        print(type(error) is cls, error.args)
print(ValueError, ValueError is type(ValueError()), ValueError("a") == ValueError("a"))
