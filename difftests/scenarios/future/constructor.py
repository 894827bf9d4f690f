"""asyncio.Future made by hand, with and without a loop; isfuture; get_loop."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    plain = asyncio.Future()
    given = asyncio.Future(loop=loop)
    print(plain.get_loop() is loop, given.get_loop() is loop)
    print(isinstance(plain, asyncio.Future), type(plain).__name__, type(loop.create_future()).__name__)
    task = asyncio.current_task()
    print(asyncio.isfuture(plain), asyncio.isfuture(task), asyncio.isfuture(main), isinstance(task, asyncio.Future))
    loop.call_soon(plain.set_result, 5)
    print(await plain, repr(plain), repr(given))


asyncio.run(main())
