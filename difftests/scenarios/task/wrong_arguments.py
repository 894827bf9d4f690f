"""What the functions of asyncio that are written in Python say to wrong arguments."""
import asyncio


def attempt(function, *args, **keywords):
    try:
        answer = function(*args, **keywords)
    except TypeError as error:
        print(error)
    else:
        print("taken")
        if asyncio.iscoroutine(answer):
            answer.close()


async def main():
    for function in (asyncio.sleep, asyncio.wait, asyncio.wait_for, asyncio.shield, asyncio.timeout, asyncio.timeout_at,
                     asyncio.iscoroutine, asyncio.iscoroutinefunction, asyncio.isfuture, asyncio.set_event_loop,
                     asyncio.create_eager_task_factory, asyncio.ensure_future):
        print(function.__name__)
        attempt(function)
        attempt(function, 1, 2, 3)
        attempt(function, other=1)
        attempt(function, 1, other=1)
    attempt(asyncio.sleep, 1, delay=2)
    attempt(asyncio.sleep, result=2)
    attempt(asyncio.iscoroutine, obj=1)
    attempt(asyncio.iscoroutinefunction, func=1)
    attempt(asyncio.isfuture, obj=1)


asyncio.run(main())
