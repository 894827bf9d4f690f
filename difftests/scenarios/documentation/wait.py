"""The documentation's wait: two sets of tasks, done and pending."""
import asyncio


async def job(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def main():
    aws = [asyncio.create_task(job(seconds)) for seconds in (1, 2, 3)]
    done, pending = await asyncio.wait(aws, timeout=2.5)
    print([task.result() for task in done], len(pending))
    done, pending = await asyncio.wait(aws, return_when=asyncio.FIRST_COMPLETED)
    print([task.result() for task in done], len(pending))
    done, pending = await asyncio.wait(pending)
    print([task.result() for task in done], len(pending))


asyncio.run(main())
