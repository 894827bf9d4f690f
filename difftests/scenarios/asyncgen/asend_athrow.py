"""asend and athrow: values and errors go in at the yield, values and errors come out."""
import asyncio


async def echo():
    received = None
    while True:
        try:
            received = yield ("got", received)
            await asyncio.sleep(1)
        except ValueError as error:
            received = repr(error)
            await asyncio.sleep(0)
        except KeyError:
            print("ends by itself")
            return


async def main():
    gen = echo()
    print(await gen.asend(None))
    print(await gen.asend("a"))
    print(await gen.athrow(ValueError("thrown in")))
    print(await gen.asend("b"), asyncio.get_running_loop().time())
    try:
        await gen.athrow(KeyError("stop"))
    except StopAsyncIteration as error:
        print(repr(error))
    other = echo()
    try:
        await other.asend("not None")
    except TypeError as error:
        print(repr(error))
    await anext(other)
    try:
        await other.athrow(IndexError("not caught"))
    except IndexError as error:
        print(repr(error))
    try:
        await anext(other)
    except StopAsyncIteration:
        print("it is finished")


asyncio.run(main())
