"""close() of a generator gives None; later what the generator returned (gh-104770)."""
# flag: generator_close_returns_value


def generator():
    try:
        yield 1
    except GeneratorExit:
        return "returned"


started = generator()
next(started)
print(started.close())
