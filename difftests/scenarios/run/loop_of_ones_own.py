"""A loop made and run by hand, without asyncio.run: what is left over has to be cancelled by hand."""
import asyncio


async def left():
    try:
        await asyncio.sleep(100)
    finally:
        print("left over is closed at the end")


async def main():
    print("main", asyncio.get_running_loop() is loop)
    return loop.create_task(left())


loop = asyncio.new_event_loop()
task = loop.run_until_complete(main())
loop.run_until_complete(asyncio.sleep(1))
print(task.done(), loop.time())
task.cancel()
try:
    loop.run_until_complete(task)
except asyncio.CancelledError as error:
    print(repr(error))
loop.run_until_complete(loop.shutdown_asyncgens())
loop.close()
print(loop.is_closed())
