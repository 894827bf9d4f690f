"""Who comes to a barrier that is being reset waits until those who were inside have left."""
import asyncio


async def party(name, barrier):
    print(name, "comes", barrier.n_waiting)
    try:
        print(name, "passes", await barrier.wait())
    except asyncio.BrokenBarrierError as error:
        print(name, "broken:", error)


async def reset_and_come(barrier):
    await barrier.reset()
    print("reset", barrier.n_waiting)
    await party("c", barrier)


async def main():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(name, barrier)) for name in "ab"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(reset_and_come(barrier)))
    await asyncio.wait(tasks[:2])
    print("the old ones have left", barrier.n_waiting)
    tasks += [asyncio.create_task(party(name, barrier)) for name in "de"]
    await asyncio.wait(tasks)
    print(barrier.n_waiting, barrier.broken)


asyncio.run(main())
