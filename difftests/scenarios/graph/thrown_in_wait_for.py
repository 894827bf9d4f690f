"""The frames of a task that is thrown into, in a coroutine that wait_for awaits: those of wait_for are between."""
# requires: 3.14
import asyncio


def show(words):
    call = asyncio.capture_call_graph()
    print(words, call and [entry.frame.f_code.co_name for entry in call.call_stack])


async def inner(words):
    try:
        await asyncio.sleep(1)
    except BaseException as error:
        show(words + " " + type(error).__name__)
        raise


async def between(words):
    await inner(words)


async def waits_again(words):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        show(words)
        await asyncio.sleep(0)
        show(words + " again")


class Own:
    def __await__(self):
        try:
            yield
        except asyncio.CancelledError:
            show("own awaitable")
            raise


class OwnIterator:
    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return None

    def throw(self, *error):
        show("own iterator")
        raise error[0]


async def own(awaitable):
    await asyncio.wait_for(awaitable, 1)


async def locks():
    condition = asyncio.Condition()
    try:
        async with condition:
            try:
                await condition.wait_for(lambda: False)
            except asyncio.CancelledError:
                show("within the condition")
                raise
    except asyncio.CancelledError:
        show("after the condition")
        raise


async def nested():
    await asyncio.wait_for(asyncio.wait_for(between("twice"), 1), 2)


async def cancelled(coroutine):
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


async def main():
    await cancelled(asyncio.wait_for(inner("once"), 1))
    await cancelled(asyncio.wait_for(between("and a function"), None))
    await cancelled(nested())
    await cancelled(asyncio.wait_for(waits_again("waits again"), 1))
    await cancelled(asyncio.wait_for(locks(), 1))
    await cancelled(own(Own()))
    await cancelled(own(OwnIterator()))
    for seconds in 0.5, 0:
        try:
            await asyncio.wait_for(between("too late"), seconds)
        except TimeoutError:
            show("late")
    by_hand = own(between("thrown into"))
    by_hand.send(None)
    try:
        by_hand.throw(KeyError)
    except KeyError:
        pass


asyncio.run(main())
