"""What futures with a chain show, and the repr of a thread's future in its states."""
import asyncio
import concurrent.futures


def show(thing):
    text = repr(thing)
    parts = text.split(" at ")
    return parts[0] if len(parts) < 3 else parts[0] + " ... " + parts[-1].split(" ", 1)[-1]


def state(future):
    return repr(future).split(" state=")[1]


async def main():
    source = concurrent.futures.Future()
    wrapper = asyncio.wrap_future(source)
    print(show(wrapper))
    futures = [concurrent.futures.Future() for _ in range(5)]
    futures[1].set_running_or_notify_cancel()
    futures[2].cancel()
    futures[3].set_result([1])
    futures[4].set_exception(ValueError("x"))
    print([state(future) for future in futures])
    print(futures[2].set_running_or_notify_cancel(), state(futures[2]))
    for future in futures[2:]:
        try:
            future.set_result(1)
        except concurrent.futures.InvalidStateError as error:
            print(str(error).split(":")[0])
    print([future.cancel() for future in futures], [future.done() for future in futures])
    try:
        futures[1].result(timeout=0)
    except concurrent.futures.TimeoutError as error:
        print(repr(error), type(error) is TimeoutError)


asyncio.run(main())
