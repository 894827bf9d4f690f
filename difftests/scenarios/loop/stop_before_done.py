"""stop() inside run_until_complete: RuntimeError, and the task can be run on to its end."""
import asyncio


async def main():
    print("main begins")
    asyncio.get_running_loop().stop()
    print("stop was called, main goes on")
    await asyncio.sleep(1)
    print("main ends")
    return "result"


loop = asyncio.new_event_loop()
task = loop.create_task(main())
try:
    loop.run_until_complete(task)
except RuntimeError as error:
    print(repr(error), task.done())
print(loop.run_until_complete(task))
print(loop.is_running(), loop.is_closed())
loop.close()
