"""debug= of run and Runner: set on the loop that is made, left alone if it is None."""
import asyncio


async def main():
    return asyncio.get_running_loop().get_debug()


def factory():
    loop = asyncio.new_event_loop()
    loop.set_debug(True)
    return loop


print(asyncio.run(main()), asyncio.run(main(), debug=True), asyncio.run(main(), debug=False))
for debug in None, False, True:
    with asyncio.Runner(debug=debug, loop_factory=factory) as runner:
        print(runner.run(main()), runner.get_loop().get_debug())
