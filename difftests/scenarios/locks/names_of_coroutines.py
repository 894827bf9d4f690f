"""What the coroutines of asyncio.locks are called."""
import asyncio


async def main():
    lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
    semaphore, barrier = asyncio.BoundedSemaphore(), asyncio.Barrier(1)
    made = [
        lock.acquire(), lock.__aenter__(), lock.__aexit__(None, None, None),
        event.wait(),
        condition.acquire(), condition.wait(), condition.wait_for(len), condition.__aenter__(),
        semaphore.acquire(), semaphore.__aenter__(),
        barrier.wait(), barrier.reset(), barrier.abort(), barrier.__aenter__(), barrier.__aexit__(1, 2, 3, 4),
    ]
    for coroutine in made:
        print(coroutine.__name__, coroutine.__qualname__, asyncio.iscoroutine(coroutine))
        coroutine.close()
    task = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    event.set()
    print(await task)


asyncio.run(main())
