"""A loop is closed while tasks wait: the release says so, and the lock is free."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


lock = asyncio.Lock()
event = asyncio.Event()
loop = asyncio.new_event_loop()
tasks = []


async def user():
    async with lock:
        print("never")


async def listener():
    await event.wait()
    print("never")


async def main():
    await lock.acquire()
    tasks.append(loop.create_task(user()))
    tasks.append(loop.create_task(user()))
    tasks.append(loop.create_task(listener()))
    await asyncio.sleep(0)


loop.run_until_complete(main())
loop.close()
for what in (lock.release, event.set, lock.release, event.set):
    try:
        what()
        print("done")
    except RuntimeError as error:
        print(error)
print(look(lock), look(event))
for task in tasks:
    task._log_destroy_pending = False
