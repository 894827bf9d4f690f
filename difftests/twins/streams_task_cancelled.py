"""Flag streams_task_cancelled_closes (gh-113538): the task that serves a connection is cancelled."""
# flag: streams_task_cancelled_closes
import asyncio
import os
import tempfile

serving = None


async def serve(reader, writer):
    global serving
    serving = asyncio.current_task(), writer
    print("connected")
    await reader.read()


def report(loop, context):
    print("reported", repr(context["exception"]))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        await asyncio.start_unix_server(serve, path)
        reader, writer = await asyncio.open_unix_connection(path)
        while serving is None:
            await asyncio.sleep(0)
        task, theirs = serving
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        print("cancelled", task.cancelled(), "closing", theirs.is_closing())
        theirs.close()
        writer.close()
        await writer.wait_closed()


with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    runner.run(main())
