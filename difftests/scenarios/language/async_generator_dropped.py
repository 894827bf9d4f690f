"""An async generator that is dropped half-way without a loop is closed like a generator."""


class Waiting:
    def __await__(self):
        yield "waiting"


async def counting(name):
    try:
        for number in range(3):
            yield number
    finally:
        print("finally of", name)


async def waiting_at_the_end():
    try:
        yield 1
    finally:
        print("before the await")
        await Waiting()
        print("not printed")


def step(generator):
    try:
        generator.asend(None).send(None)
    except StopIteration as e:
        return e.value


one = counting("one")
print(step(one), step(one))
one = None
print("dropped")

two = counting("two")
two = None
print("was not begun")

three = waiting_at_the_end()
step(three)
three = None
print("dropped")


async def leaves_early():
    async for number in counting("three"):
        print(number)
        break
    print("after the loop")
    return "result"


try:
    leaves_early().send(None)
except StopIteration as e:
    print(e.value)

four = counting("four")
while True:
    number = step(four)
    if number is None:
        break
    print(number)
four = None
print("had ended")
