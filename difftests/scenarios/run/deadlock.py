"""main waits for what can never happen: exit status 97."""
import asyncio


async def main():
    print("main waits")
    await asyncio.sleep(1)
    print(asyncio.get_running_loop().time())
    await asyncio.get_running_loop().create_future()
    print("not reached")


asyncio.run(main())
print("not reached")
