"""Waits for an event that are cancelled, before and after it is set."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def waiter(event, name):
    try:
        await event.wait()
        print(name, "goes on")
    except asyncio.CancelledError as error:
        print(name, "cancelled", error.args, look(event))
        raise


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(waiter(event, name)) for name in "abcd"]
    await asyncio.sleep(0)
    tasks[0].cancel("early")
    event.set()
    tasks[1].cancel("late")
    print(look(event))
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")
    print(look(event))
    never = asyncio.create_task(waiter(event, "e"))
    never.cancel()
    try:
        await never
    except asyncio.CancelledError:
        print("cancelled before it began")


asyncio.run(main())
