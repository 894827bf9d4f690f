"""get_debug and set_debug; asyncio.run(debug=True) sets the flag of its loop."""
import asyncio


async def main(text):
    print(text, asyncio.get_running_loop().get_debug())


asyncio.run(main("default"))
asyncio.run(main("on"), debug=True)
asyncio.run(main("off"), debug=False)
loop = asyncio.new_event_loop()
print("new loop", loop.get_debug())
loop.set_debug(True)
print("set", loop.get_debug())
loop.run_until_complete(main("run"))
loop.set_debug(False)
print("cleared", loop.get_debug())
loop.close()
