"""OSError(errno, text) is the class that Python has for that errno; a class derived from it stays what it is."""
import asyncio


class Own(OSError):
    pass


for number in (1, 2, 3, 4, 5, 10, 11, 13, 17, 20, 21, 32, 103, 104, 108, 110, 111, 114, 115):
    error = OSError(number, "words")
    print(number, type(error).__name__, error, error.args, isinstance(error, ConnectionError), Own(number, "x").errno)
print(type(OSError(2)).__name__, type(OSError("2", "text")).__name__, repr(OSError(2, "a", "file")), OSError(2, "a", "file"))
print(repr(ConnectionResetError("lost")), ConnectionResetError("lost").errno, FileNotFoundError.__mro__[1].__name__)
print(BrokenPipeError.__mro__[1].__name__, issubclass(TimeoutError, OSError), issubclass(asyncio.TimeoutError, OSError))
try:
    raise OSError(111, "refused")
except ConnectionRefusedError as error:
    print("caught", error.errno, error.strerror, error.filename)

error = asyncio.IncompleteReadError("abc", 5)
print(repr(error), error.partial, error.expected, isinstance(error, EOFError), error.args)
error = asyncio.IncompleteReadError("", None)
print(error, error.expected)
error = asyncio.LimitOverrunError("too much", 7)
print(repr(error), error.consumed, error.args, isinstance(error, ValueError))
for wrong in (lambda: asyncio.IncompleteReadError("abc"), lambda: asyncio.LimitOverrunError("a")):
    try:
        wrong()
    except TypeError as error:
        print(error)
