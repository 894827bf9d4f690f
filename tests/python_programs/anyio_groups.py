"""anyio: groups, cancel scopes, streams, threads and subprocesses, all on top of asyncio."""

import anyio
from anyio import CancelScope, Event, create_memory_object_stream, create_task_group, fail_after, move_on_after, to_thread


async def produce(stream) -> None:
    async with stream:
        for n in range(5):
            await stream.send(n)


async def consume(stream, found: list[int]) -> None:
    async with stream:
        async for n in stream:
            found.append(n)


async def late(event: Event, log: list[str]) -> None:
    try:
        await anyio.sleep(60)
    finally:
        with CancelScope(shield=True):
            await anyio.sleep(0.001)
            log.append("cleaned up")
            event.set()


async def main() -> None:
    found: list[int] = []
    into, out = create_memory_object_stream(2)
    async with create_task_group() as group:
        group.start_soon(produce, into)
        group.start_soon(consume, out, found)
    print(found)
    event, log = Event(), []
    async with create_task_group() as group:
        group.start_soon(late, event, log)
        await anyio.sleep(0.001)
        group.cancel_scope.cancel()
    print(log, event.is_set())
    with move_on_after(0.01) as scope:
        await anyio.sleep(60)
    print("moved on:", scope.cancelled_caught)
    try:
        with fail_after(0.01):
            await anyio.sleep(60)
    except TimeoutError:
        print("failed after")
    try:
        async with create_task_group() as group:
            group.start_soon(anyio.sleep, 60)
            raise ValueError("out of the group")
    except* ValueError as errors:
        print(errors.exceptions)
    print(await to_thread.run_sync(sum, [1, 2, 3]))
    print((await anyio.run_process(["echo", "a child"])).stdout)


anyio.run(main)
