"""What is no future and no coroutine is awaited by a task of its own."""
import asyncio


class Awaitable:
    def __init__(self, name, seconds):
        self.name = name
        self.seconds = seconds

    async def run(self):
        await asyncio.sleep(self.seconds)
        return self.name

    def __await__(self):
        return self.run().__await__()


async def main():
    things = [Awaitable("slow", 2), asyncio.sleep(1, "sleep"), Awaitable("quick", 0)]
    print([await step for step in asyncio.as_completed(things)])


asyncio.run(main())
