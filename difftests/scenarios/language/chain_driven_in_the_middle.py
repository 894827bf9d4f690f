"""Generators and coroutines that another one waits for are driven by hand: resumed, thrown into, closed."""


class Wait:
    def __await__(self):
        yield 1
        yield 2


def inner():
    yield 1
    yield 2
    yield 3


def outer(other):
    yield from other
    yield "end"


def fresh():
    one = inner()
    other = outer(one)
    print("first:", next(other), other.gi_yieldfrom is one, one.gi_yieldfrom)
    return one, other


one, other = fresh()
print("in the middle:", next(one), "from the outer one:", next(other), list(other))

one, other = fresh()
one.close()
print("closed:", list(other))

one, other = fresh()
try:
    one.throw(ValueError("thrown"))
except ValueError as error:
    print("came out:", error)
print("goes on:", list(other))

one, other = fresh()
del other
print("closed with the outer one:", list(one))


async def waits():
    await Wait()
    return "over"


async def awaits(coroutine):
    try:
        return await coroutine
    except BaseException as error:
        print("the awaiter got", type(error).__name__, error)
        raise


one = waits()
other = awaits(one)
print(other.cr_await, one.cr_await)
other.send(None)
print(other.cr_await is one, type(one.cr_await).__name__, other.cr_suspended, one.cr_suspended)
print("by hand:", one.send(None))
one.close()
try:
    other.send(None)
except RuntimeError as error:
    print("in vain:", error)

one = waits()
one.send(None)
other = awaits(one)
try:
    other.send(None)
except RuntimeError as error:
    print("begun by hand:", error)
one.close()


async def asks_itself():
    async def deeper():
        print("running:", running.cr_running, running.cr_suspended)
        for drive in (lambda: running.send(None), running.close, lambda: running.throw(KeyError())):
            try:
                drive()
            except ValueError as error:
                print(error)
        try:
            await running
        except ValueError as error:
            print(error)

    await deeper()


running = asks_itself()
try:
    running.send(None)
except StopIteration:
    print("ended")


# What yields while it is closed stays suspended, with all that it awaits; its awaiter learns of it.
async def cleans_up():
    try:
        await Wait()
    finally:
        await waits()


async def closes(coroutine):
    try:
        await coroutine
    except RuntimeError as error:
        print("closing:", error)
        raise


one = cleans_up()
other = closes(one)
other.send(None)
try:
    other.close()
except RuntimeError as error:
    print("close:", error)
try:
    other.send(None)
except RuntimeError as error:
    print("send:", error)
print("left behind:", one.send(None))
try:
    one.send(None)
except GeneratorExit:
    print("and ends as it would have")
