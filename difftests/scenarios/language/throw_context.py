"""While an exception is thrown into awaited things, the handlers of those who await are not in its context."""
import asyncio


def show(error):
    names = []
    while error is not None:
        names.append(repr(error))
        error = error.__context__
    return " < ".join(names)


class Waits:
    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return None

    def throw(self, *thrown):
        try:
            raise KeyError("in throw")
        except KeyError as error:
            print("inside:", show(error))
        raise LookupError("out of throw")


async def inner():
    try:
        raise ValueError("inner")
    except ValueError:
        await Waits()


async def outer():
    try:
        raise OSError("outer")
    except OSError:
        try:
            await inner()
        except LookupError as error:
            print("outer:", show(error))
            raise


def drive(coro):
    coro.send(None)
    try:
        raise TypeError("driver")
    except TypeError:
        try:
            coro.throw(RuntimeError("thrown"))
        except LookupError as error:
            print("driver:", show(error))


drive(inner())
drive(outer())


def numbers():
    try:
        raise ValueError("generator")
    except ValueError:
        try:
            yield 1
        except KeyError as error:
            print("generator:", show(error))
            yield 2


for handled in (False, True):
    generator = numbers()
    next(generator)
    if handled:
        try:
            raise TypeError("driver")
        except TypeError:
            generator.throw(KeyError("thrown"))
    else:
        generator.throw(KeyError("thrown"))
    generator.close()


async def sleeper(name, awaitable):
    try:
        await awaitable
    except asyncio.CancelledError as error:
        print(name, show(error))


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(sleeper("future", loop.create_future())),
             asyncio.create_task(sleeper("sleep", asyncio.sleep(1))),
             asyncio.create_task(sleeper("not begun to wait", asyncio.sleep(0)))]
    await asyncio.sleep(0)
    raise KeyError("main")


try:
    asyncio.run(main())
except KeyError as error:
    print("run:", show(error))
