"""What an event loop does with a coroutine, done by hand: a yield comes from the innermost, a result from the outermost."""


class Wait:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        answer = yield self.what
        return answer * 2


async def inner():
    return await Wait("for a number") + 1


async def middle():
    return await inner() + 1


async def outer():
    try:
        return await middle() + 1
    finally:
        print("outer is left")


coroutine = outer()
print("it waits", coroutine.send(None))
try:
    coroutine.send(20)
except StopIteration as stop:
    print("its result is", stop.value)

coroutine = outer()
coroutine.send(None)
try:
    coroutine.throw(ValueError("no number"))
except ValueError as error:
    print("it failed:", error)

coroutine = outer()
coroutine.send(None)
coroutine.close()
