"""Closing a Runner from inside: everything is cancelled, and then it cannot run the loop."""
import asyncio


async def other():
    try:
        await asyncio.sleep(10)
    finally:
        print("other is left")


async def main():
    task = asyncio.create_task(other(), name="other")
    await asyncio.sleep(0)
    try:
        runner.close()
    except RuntimeError as error:
        print(error, "|", asyncio.current_task().cancelling(), task.cancelling())
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        print("main is cancelled")


runner = asyncio.Runner()
runner.run(main())
loop = runner.get_loop()
print(loop.is_running(), loop.is_closed())
runner.close()
print(loop.is_closed())
