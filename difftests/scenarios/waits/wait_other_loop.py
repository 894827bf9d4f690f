"""wait() does not look at the loops of its futures: one of another loop calls back there."""
import asyncio


async def main():
    other = asyncio.new_event_loop()
    future = other.create_future()
    future.set_result(1)
    try:
        done, pending = await asyncio.wait([future], timeout=1)
        print(len(done), len(pending))
    finally:
        other.call_soon(other.stop)
    own = asyncio.get_running_loop().create_future()
    other.close()
    try:
        await asyncio.wait([own, future], timeout=1)
    except RuntimeError as error:
        print(error)
    await asyncio.sleep(2)
    own.set_result(2)
    await asyncio.sleep(0)


asyncio.run(main())
