"""A coroutine that fails: the thread's future has its exception, the very one."""
import asyncio

raised = ValueError("from child")


async def child():
    raise raised


async def main():
    future = asyncio.run_coroutine_threadsafe(child(), asyncio.get_running_loop())
    wrapper = asyncio.wrap_future(future)
    try:
        await wrapper
    except ValueError as error:
        print(error is raised, future.exception() is raised, wrapper.exception() is raised)


asyncio.run(main())
