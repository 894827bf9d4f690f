"""except E as name: the name is deleted at the end of the handler, on every way out."""
error = "before"
try:
    raise ValueError("v")
except ValueError as error:
    print(repr(error))
try:
    print(error)
except NameError as missing:
    print("NameError:", missing)
kept = None
try:
    raise KeyError("k")
except KeyError as error:
    kept = error
print(repr(kept))
try:
    raise ValueError("v")
except ValueError as error:
    error = "rebound inside"
    print(error)
try:
    error
except NameError as missing:
    print("NameError:", missing)
try:
    raise ValueError("v")
except ValueError as error:
    del error
print("deleting it inside is fine")
error = "stays"
try:
    pass
except ValueError as error:
    pass
print(error)
for n in range(2):
    try:
        raise ValueError(n)
    except ValueError as caught:
        continue
try:
    caught
except NameError as missing:
    print("NameError:", missing)


def leave():
    try:
        raise ValueError("returned")
    except ValueError as caught:
        return [caught]


def local():
    try:
        raise ValueError("local")
    except ValueError as caught:
        pass
    return caught


def closure():
    try:
        raise ValueError("captured")
    except ValueError as caught:
        def read():
            return caught

        inside = repr(read())
    try:
        return inside, read()
    except NameError as missing:
        return inside, type(missing).__name__


print(leave(), closure())
try:
    local()
except NameError as missing:
    print(type(missing).__name__)
try:
    try:
        raise ValueError("one")
    except ValueError as name:
        raise KeyError("two")
except KeyError:
    try:
        name
    except NameError as missing:
        print("NameError:", missing)
