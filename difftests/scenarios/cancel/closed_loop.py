"""A task is left at the end of the program, whose loop is closed, and cancels itself on its way out: it is freed."""
import asyncio


async def waits(event):
    try:
        await event.wait()
    finally:
        task.cancel()


loop = asyncio.new_event_loop()
task = loop.create_task(waits(asyncio.Event()))
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
print(task.done())
