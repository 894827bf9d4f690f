"""What is thrown into a generator is chained to what that generator handles, and not to what the thrower handles."""


def chain(exception):
    if exception is None:
        return "-"
    return f"{exception!r} < {chain(exception.__context__)}"


def plain():
    try:
        yield 1
    except KeyError as e:
        print("  plain sees", chain(e))
        raise


def handling():
    try:
        raise IndexError("own")
    except IndexError:
        yield 1


def delegating(inner):
    try:
        raise IndexError("own")
    except IndexError:
        try:
            yield from inner
        except Exception as e:
            print("  delegating sees", chain(e))
            raise


def replacing():
    try:
        yield 1
    except KeyError as e:
        raise RuntimeError("new")


def going_on():
    try:
        yield 1
    except KeyError:
        pass
    raise RuntimeError("after")


class Iterator:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, exception):
        print("  throw() gets", chain(exception))
        raise exception


def throw_at(generator, exception, steps=1):
    for _ in range(steps):
        next(generator)
    try:
        raise ValueError("driver")
    except ValueError:
        try:
            generator.throw(exception)
        except Exception as e:
            print(chain(e))


throw_at(plain(), KeyError("a"))
throw_at(plain(), KeyError("not begun"), 0)
throw_at(handling(), KeyError("b"))
throw_at(delegating(plain()), KeyError("c"))
throw_at(delegating(replacing()), KeyError("d"))
throw_at(delegating(going_on()), KeyError("e"))
throw_at(delegating(delegating(handling())), KeyError("f"))
throw_at(delegating(Iterator()), KeyError("g"))
throw_at(delegating(iter([1, 2])), KeyError("h"))

ended = plain()
for _ in ended:
    pass
throw_at(ended, KeyError("ended"), 0)


def closing():
    try:
        yield 1
    except GeneratorExit as e:
        print("  closing sees", chain(e))
        raise


def closing_within():
    try:
        raise IndexError("own")
    except IndexError:
        try:
            yield from closing()
        except GeneratorExit as e:
            print("  closing_within sees", chain(e))
            raise


generator = closing_within()
next(generator)
try:
    raise ValueError("driver")
except ValueError:
    generator.close()

generator = closing_within()
next(generator)
try:
    generator.throw(GeneratorExit)
except GeneratorExit as e:
    print(chain(e))


def swallowing():
    try:
        yield 1
    except GeneratorExit:
        return "swallowed"


def around():
    result = yield from swallowing()
    print("not printed", result)


generator = around()
next(generator)
try:
    generator.throw(GeneratorExit)
except GeneratorExit:
    print("the inner one ended, the outer one got the GeneratorExit")


class Waiting:
    def __await__(self):
        yield 1


async def waits():
    await Waiting()


async def waits_handling():
    try:
        raise IndexError("own")
    except IndexError:
        await waits()


def throw_into_coroutine(coroutine):
    coroutine.send(None)
    try:
        raise ValueError("driver")
    except ValueError:
        try:
            coroutine.throw(KeyError("k"))
        except KeyError as e:
            print(chain(e))


throw_into_coroutine(waits())
throw_into_coroutine(waits_handling())


def ends():
    yield 1


try:
    raise ValueError("driver")
except ValueError:
    generator = ends()
    next(generator)
    try:
        next(generator)
    except StopIteration as e:
        print(chain(e))
