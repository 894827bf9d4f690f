"""A task that is dropped while it is pending is reported, and its finally block runs."""
import asyncio


def handler(loop, context):
    print("handler", context["message"], context["task"].get_name())


async def body():
    try:
        print("body begins")
        while True:
            await asyncio.sleep(0)
    finally:
        print("body is closed")


loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)
task = loop.create_task(body(), name="dropped")
loop.call_soon(loop.stop)
loop.run_forever()
print("stopped", task.done())
del task
print("close")
loop.close()
print("end")
