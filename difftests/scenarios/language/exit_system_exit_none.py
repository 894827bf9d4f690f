"""SystemExit without a code ends the program early with status 0."""
print("before")


def leave():
    for n in range(10):
        try:
            if n == 2:
                raise SystemExit
            print("n", n)
        finally:
            print("finally", n)


leave()
print("never")
