"""uvloop: groups, gather, locks, queues, time-outs, streams and threads on a loop that is not asyncio's."""

import asyncio

import uvloop


async def worker(queue: asyncio.Queue[int], found: list[int]) -> None:
    while True:
        found.append(await queue.get())
        await asyncio.sleep(0)
        queue.task_done()


async def use_queue() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(2)
    found: list[int] = []
    workers = [asyncio.create_task(worker(queue, found)) for _ in range(3)]
    for n in range(10):
        await queue.put(n)
    await queue.join()
    for each in workers:
        each.cancel("no more")
    print(sorted(found), [str(end) for end in await asyncio.gather(*workers, return_exceptions=True)])


async def fail(after: float) -> None:
    await asyncio.sleep(after)
    raise ValueError(after)


async def use_groups() -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.001 * n, n), name=f"n{n}") for n in range(5)]
    print([task.result() for task in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(0.001))
            await asyncio.sleep(60)
    except* ValueError as errors:
        print(errors.exceptions)


async def use_time_outs() -> None:
    for what in (asyncio.wait_for(asyncio.sleep(60), 0.001), asyncio.wait_for(asyncio.sleep(0, "in time"), 60)):
        try:
            print(await what)
        except TimeoutError as error:
            print(repr(error), repr(error.__cause__))
    try:
        async with asyncio.timeout(0.001) as deadline:
            await asyncio.Event().wait()
    except TimeoutError:
        print("expired:", deadline.expired())


async def use_locks() -> None:
    lock, condition, log = asyncio.Lock(), asyncio.Condition(), []

    async def hold(n: int) -> None:
        async with lock:
            await asyncio.sleep(0)
            log.append(n)
        async with condition:
            await condition.wait()
            log.append(-n)

    tasks = [asyncio.ensure_future(hold(n)) for n in range(1, 4)]
    while len(log) < 3:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    async with condition:
        condition.notify_all()
    done, pending = await asyncio.wait(tasks)
    print(log, len(done), len(pending))


async def use_streams() -> None:
    async def upper(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(upper, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(b"over a socket\n")
        print(await reader.readline())
        writer.close()
        await writer.wait_closed()


async def main() -> None:
    print(type(asyncio.get_running_loop()).__module__)
    await use_queue()
    await use_groups()
    await use_time_outs()
    await use_locks()
    await use_streams()
    print(await asyncio.to_thread(sum, [1, 2, 3]), await asyncio.shield(asyncio.sleep(0, "shielded")))
    for one in asyncio.as_completed([asyncio.sleep(0.002 * n, n) for n in (3, 1, 2)]):
        print(await one)


uvloop.run(main())
