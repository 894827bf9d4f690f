"""Arguments that are equal, and not only the same, count as one."""
import asyncio


class Same:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Same)

    def __hash__(self):
        return 1

    def __await__(self):
        yield
        print("awaited", self.name)
        return self.name


async def main():
    print(await asyncio.gather(Same("a"), Same("b"), Same("c")))


asyncio.run(main())
