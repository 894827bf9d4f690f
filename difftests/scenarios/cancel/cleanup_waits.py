"""A finally block may await; a second cancellation interrupts the cleanup."""
import asyncio


async def body(name):
    try:
        await asyncio.sleep(10)
    finally:
        print(name, "cleans up")
        try:
            await asyncio.sleep(2)
            print(name, "has cleaned up")
        finally:
            print(name, f"leaves at {asyncio.get_running_loop().time():.1f}")


async def main():
    patient = asyncio.create_task(body("patient"))
    hurried = asyncio.create_task(body("hurried"))
    await asyncio.sleep(1)
    patient.cancel("once")
    hurried.cancel("once")
    await asyncio.sleep(1)
    hurried.cancel("twice")
    for task in (patient, hurried):
        try:
            await task
        except asyncio.CancelledError as error:
            print("main", repr(error), repr(error.__context__))


asyncio.run(main())
