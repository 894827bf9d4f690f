"""Cancelling tasks that await each other in a cycle is a RecursionError and leaves them pending."""
# record: not compared, CPython recurses until its limit, aiocore refuses the cycle at once
import asyncio

tasks = []


async def body(other):
    await tasks[other]


async def main():
    tasks.append(asyncio.create_task(body(1)))
    tasks.append(asyncio.create_task(body(2)))
    tasks.append(asyncio.create_task(body(0)))
    await asyncio.sleep(0)
    try:
        tasks[0].cancel()
    except RecursionError:
        print("RecursionError")
    print(tasks[0].done(), tasks[1].done(), tasks[2].done())


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
print("end")
loop.close()
