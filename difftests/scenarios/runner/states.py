"""The life of a Runner: nothing is made before it is needed; closing what never opened leaves it as new; a closed one stays."""
import asyncio


def factory():
    print("a loop is made")
    return asyncio.new_event_loop()


async def main():
    return asyncio.get_running_loop() is loop


runner = asyncio.Runner(loop_factory=factory)
runner.close()
runner.close()
loop = runner.get_loop()
print(loop is runner.get_loop(), loop.is_running(), loop.is_closed())
with runner as same:
    print(same is runner, runner.run(main()))
print(loop.is_closed())
runner.close()
for function in runner.get_loop, runner.__enter__:
    try:
        function()
    except RuntimeError as error:
        print(error)
