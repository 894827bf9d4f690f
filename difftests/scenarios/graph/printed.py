"""print_call_graph shows itself as the innermost frame of the running task, and nothing more of another."""
# requires: 3.14
import asyncio


class File:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


def place_of(line):
    return line.partition("File ")[2].rpartition(", in ")[2] or line.partition("id=")[0]


async def inner(task):
    for future in (None, task):
        for depth in (1, 2, 3):
            file = File()
            asyncio.print_call_graph(future, file=file, depth=depth)
            print(depth, [place_of(line) for line in file.text.split("\n")])
    file = File()
    asyncio.print_call_graph(file=file, limit=1)
    print([place_of(line) for line in file.text.split("\n")])


async def other():
    await asyncio.sleep(1)


async def main():
    task = asyncio.create_task(other(), name="other")
    await asyncio.sleep(0)
    await inner(task)


asyncio.run(main())
