"""A sleep that is cancelled in the turn in which its timer is due: the timer finds the future done, and that is no error."""
import asyncio


def handler(loop, context):
    print("handler:", context["message"], repr(context.get("exception")))


async def nap():
    try:
        await asyncio.sleep(1)
        print("slept")
    except asyncio.CancelledError as error:
        print("cancelled", repr(error))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    tasks = []
    loop.call_at(1, lambda: print("timer before", tasks[0].cancel("before")))
    tasks.append(asyncio.create_task(nap()))
    tasks.append(asyncio.create_task(nap()))
    await asyncio.sleep(0)
    loop.call_at(1, lambda: print("timer after", tasks[1].cancel("after")))
    await asyncio.sleep(2)
    print([task.cancelling() for task in tasks], loop.time())


asyncio.run(main())
