"""What shield() refuses; and by whom it may be called."""
import asyncio


async def child():
    return "c"


async def main():
    for argument in (1, None, "text"):
        try:
            asyncio.shield(argument)
        except TypeError as error:
            print(error)
    try:
        asyncio.shield()
    except TypeError as error:
        print(error)
    print(await asyncio.shield(arg=child()))


asyncio.run(main())
loop = asyncio.new_event_loop()
future = loop.create_future()
outer = asyncio.shield(future)
print(outer.get_loop() is loop, "_outer_done_callback" in repr(outer))
loop.call_soon(future.set_result, 1)
print(loop.run_until_complete(outer))
loop.close()
