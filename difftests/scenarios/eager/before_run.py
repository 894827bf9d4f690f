"""An eager task is lazy if the loop does not run yet."""
import asyncio


async def body(name):
    print(name, "runs")


loop = asyncio.new_event_loop()
loop.set_task_factory(asyncio.eager_task_factory)
print("loop runs", loop.is_running())
first = loop.create_task(body("first"))
print("first done", first.done())


async def main():
    second = loop.create_task(body("second"))
    print("second done", second.done(), "first done", first.done())


task = loop.create_task(main())
loop.run_until_complete(task)
loop.close()
