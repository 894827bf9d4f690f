"""The frames in a coroutine that is closed: right below is whoever closes, and nobody between that awaits it."""
# requires: 3.14
import asyncio


def show(words):
    print(words, [entry.frame.f_code.co_name for entry in asyncio.capture_call_graph().call_stack])


async def inner(words):
    try:
        await asyncio.sleep(1)
    except BaseException as error:
        show(words + " " + type(error).__name__)
        raise


async def between(words):
    try:
        await inner(words)
    finally:
        show("finally")


async def outer(words):
    try:
        await between(words)
    finally:
        show("outer finally")


async def gen(words):
    try:
        yield 1
    finally:
        show(words + " gen")


async def gen2(words):
    try:
        await between(words)
        yield 1
    finally:
        show(words + " gen2")


async def uses(words):
    async for _ in gen2(words):
        pass


async def handles(words):
    try:
        await asyncio.sleep(1)
    except GeneratorExit:
        await closing(words)
        show("handles")


async def closing(words):
    show(words + " closing")


async def outer_handles(words):
    await handles(words)


async def own(words):
    await asyncio.wait_for(between(words), 1)


def end(coroutine, how):
    coroutine.send(None)
    try:
        if how is None:
            coroutine.close()
        else:
            coroutine.throw(how)
    except BaseException as error:
        print(repr(error))


async def main():
    for function in between, outer, uses, outer_handles, own:
        print(function.__name__)
        end(function("closed"), None)
        end(function("thrown"), GeneratorExit)
        end(function("thrown"), KeyError)
    closed = gen("aclose")
    await closed.__anext__()
    await closed.aclose()
    dropped = between("dropped")
    dropped.send(None)
    del dropped


asyncio.run(main())
