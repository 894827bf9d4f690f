"""With no time, a task that has begun may swallow the cancellation, fail, or take its time; wait_for waits for it."""
import asyncio


async def work(how):
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        if how == "returns":
            return "result"
        if how == "fails":
            raise ValueError("instead")
        raise asyncio.CancelledError("later")


async def main():
    loop = asyncio.get_running_loop()
    for how in ("returns", "fails", "cancelled"):
        task = asyncio.create_task(work(how))
        await asyncio.sleep(0)
        try:
            print(await asyncio.wait_for(task, 0))
        except Exception as error:
            print(repr(error), repr(error.__cause__), repr(error.__context__))
        print(task.cancelling(), f"{loop.time():.3f}")


asyncio.run(main())
