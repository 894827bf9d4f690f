"""Between two runs of a Runner its tasks stand still; they go on in the next run."""
import asyncio


async def ticker(name):
    for i in range(4):
        print(f"{asyncio.get_running_loop().time():.1f}", name, i)
        await asyncio.sleep(1)
    return name


async def start():
    return asyncio.create_task(ticker("ticker"))


async def pause(seconds):
    await asyncio.sleep(seconds)
    print("pause of", seconds, "ends")


with asyncio.Runner(debug=False) as runner:
    task = runner.run(start())
    print("after the first run", task.done())
    runner.run(pause(1.5))
    print("after the second run", task.done())
    runner.run(pause(3))
    print("after the third run", task.done(), task.result())
