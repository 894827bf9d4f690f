"""Callbacks of every kind: bound methods, closures, classes, partial application by lambda, keyword defaults."""
import asyncio


class Counter:
    def __init__(self, start=0):
        self.value = start
        print("Counter made with", start)

    def add(self, amount=1):
        self.value += amount
        print("now", self.value)


def make(word):
    def closure(*rest):
        print(word, *rest)

    return closure


async def main():
    loop = asyncio.get_running_loop()
    counter = Counter()
    loop.call_soon(counter.add)
    loop.call_soon(counter.add, 10)
    loop.call_soon(make("closure"), 1, 2)
    loop.call_soon(Counter, 5)
    loop.call_soon(lambda: counter.add(amount=100))
    for i in range(3):
        loop.call_soon(lambda i=i: print("default", i))
    await asyncio.sleep(0)
    print(counter.value)


asyncio.run(main())
