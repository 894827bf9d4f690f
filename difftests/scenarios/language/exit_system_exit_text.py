"""SystemExit with a text: the text goes to stderr and the status is 1."""
try:
    try:
        raise ValueError("v")
    except ValueError as error:
        raise SystemExit("a message for stderr") from error
except SystemExit as error:
    print("caught once", repr(error.code), repr(error.__cause__))
    try:
        raise
    finally:
        print("leaving")
print("never")
