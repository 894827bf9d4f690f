"""wrap_future: the result of a thread's future arrives at once in the loop's own run since gh-105836, one turn later before."""
import asyncio
import concurrent.futures


async def main():
    source = concurrent.futures.Future()
    wrapper = asyncio.wrap_future(source)
    print(type(wrapper) is type(asyncio.get_running_loop().create_future()), wrapper.done())
    source.set_result("result")
    print(wrapper.done())
    print(await wrapper)
    done = concurrent.futures.Future()
    done.set_exception(KeyError("done before"))
    wrapper = asyncio.wrap_future(done)
    print(wrapper.done())
    try:
        await wrapper
    except KeyError as error:
        print(repr(error), error is done.exception())


asyncio.run(main())
