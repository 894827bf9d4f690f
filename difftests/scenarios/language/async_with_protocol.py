"""async with: enter and exit awaited in order, suppression, several items, errors, and leaving early."""
import asyncio


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    async def __aenter__(self):
        await asyncio.sleep(0)
        print("enter", self.name)
        return self.name.upper()

    async def __aexit__(self, exc_type, exc, traceback):
        print("exiting", self.name, repr(exc), exc_type is type(exc) if exc else None)
        await asyncio.sleep(0)
        print("exit", self.name)
        return self.swallow


class Sync:
    def __enter__(self):
        return "sync"

    def __exit__(self, *details):
        print("sync exit")


class NoExit:
    async def __aenter__(self):
        print("never")


async def leave(how):
    for n in range(2):
        async with Manager(f"{how}{n}", swallow=True) as name:
            if how == "return":
                return name
            if how == "break":
                break
            if how == "continue":
                continue
            raise ValueError(how)
    return "end"


async def main():
    async with Manager("a") as a, Manager("b") as b:
        print("body", a, b)
    async with Manager("outer", swallow=True), Manager("inner"):
        raise ValueError("seen by both")
    async with (Manager("p") as p, Manager("q")):
        print("parenthesised", p)
    with Sync() as s:
        async with Manager("mixed") as m:
            print(s, m)
    for how in ["return", "break", "continue", "raise"]:
        print(await leave(how))
    try:
        async with Manager("out"):
            raise KeyError("gets out")
    except KeyError as error:
        print(repr(error), error.__context__)
    for bad in [Sync(), NoExit(), 5]:
        try:
            async with bad:
                print("never")
        except TypeError:
            print("TypeError")
    try:
        with Manager("w"):
            print("never")
    except TypeError:
        print("TypeError")


asyncio.run(main())
