"""One task gets from several queues in turn, another puts into them; a queue of queues carries the answers."""
import asyncio


async def server(requests):
    while (request := await requests.get()) is not None:
        number, answers = request
        await answers.put(number * number)
        requests.task_done()
    requests.task_done()


async def client(name, requests):
    answers = asyncio.LifoQueue()
    for number in (2, 3):
        await requests.put((number, answers))
        print(name, number, await answers.get())
    return name


async def main():
    requests = asyncio.Queue(1)
    serving = asyncio.create_task(server(requests))
    clients = [asyncio.create_task(client(name, requests)) for name in "abc"]
    for task in clients:
        print(await task, "is done")
    await requests.put(None)
    await requests.join()
    await serving
    print(str(requests))


asyncio.run(main())
