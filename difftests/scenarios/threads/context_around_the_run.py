"""The loop runs while another exception is handled: it becomes the context of what fails in asyncio's own callbacks."""
import asyncio
import concurrent.futures


class Refuses(asyncio.Future):
    def set_result(self, result):
        raise KeyError(result)

    def cancel(self, msg=None):
        try:
            raise LookupError
        except LookupError:
            raise ValueError("refused")


def handler(loop, context):
    error = context["exception"]
    chain = []
    while error is not None:
        chain.append(repr(error))
        error = error.__context__
    print(context["message"].split(" at ")[0].split("(")[0], *chain)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    source = concurrent.futures.Future()
    wrapper = asyncio.wrap_future(source)
    source.set_result(1)
    if not wrapper.done():
        wrapper.set_result(2)
    await asyncio.sleep(1)
    for how in ("finishes", "cancelled"):
        refuses = Refuses(loop=loop)
        asyncio.run_coroutine_threadsafe(awaits(refuses), loop)
        shielded = asyncio.shield(refuses)
        await asyncio.sleep(1)
        if how == "finishes":
            asyncio.Future.set_result(refuses, 3)
        else:
            asyncio.Future.cancel(refuses)
        await asyncio.wait([shielded])


async def awaits(future):
    await future


runner = asyncio.Runner()
try:
    raise RuntimeError
except RuntimeError:
    runner.run(main())
runner.close()
