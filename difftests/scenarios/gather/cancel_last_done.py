"""cancel() of a gather whose last child is done already says True, because another one takes it."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    first, second, third = (loop.create_future() for _ in range(3))
    gathered = asyncio.gather(first, second, third)
    third.set_result("third")
    await asyncio.sleep(0)
    print(gathered.cancel("why"), first, second, third)
    try:
        await gathered
    except asyncio.CancelledError as error:
        print(repr(error))
    print(gathered.cancel(), gathered)


asyncio.run(main())
